"""The catalogue: every metric and promised table as a page that needs nothing beside itself."""
