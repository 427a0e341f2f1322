"""What a mention is about and why, who should act on it, whether it is about us at all, and what it wants."""
