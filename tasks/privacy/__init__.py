"""What the law asks of whoever keeps people's words: see docs/privacy."""
