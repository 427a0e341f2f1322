"""What the law asks of personal data: erasure and access, retention, keys. Needs ``tasks.holding.alone`` throughout."""
