"""What a year of running leaves behind, and whether everything is still what it was. Damage is told, never removed."""
