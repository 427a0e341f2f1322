"""Step four: one document of numbers becomes an edition (a PDF per language, figures, manifest) that never changes."""
