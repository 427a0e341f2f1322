"""Files of other tools, read through a column map into the exchange format (docs/import.md)."""
