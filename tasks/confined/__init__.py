"""Work in a process of its own, with limits: a monstrous week or query must not take the machine along."""
