"""Measure: the lake plus the analysts' SQL becomes small tables, and one document that the report is made from."""
