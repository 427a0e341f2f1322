"""Tone: engines behind one interface, from a word list to a language model."""
