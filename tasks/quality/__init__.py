"""How right the machine is about tone: people read a sample of every week, and what follows from their answers."""
