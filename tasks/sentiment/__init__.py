"""Tone: engines behind one interface, from a word list to a language model.

An engine is opened by name (``engines.open_engine``) and turns texts into probabilities. ``e5`` reads embeddings that a
package brings (``e5.py``) with a small head (``head.py``); ``student`` learnt from it and needs numpy only; ``lexicon``
counts words. ``training/`` makes the weights in ``weights/``.
"""
