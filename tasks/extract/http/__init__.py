"""How sources are asked: one client that keeps to limits, budgets and caps, and goes to public addresses only."""
