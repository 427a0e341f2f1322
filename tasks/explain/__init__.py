"""From a figure in a report back to everything it was made of: for an auditor."""
