"""Step four: one document of numbers becomes an edition (PDF per language, metrics, manifest) that never changes again."""
