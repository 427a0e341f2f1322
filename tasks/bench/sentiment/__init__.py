"""How well and how fast every sentiment engine, and two known ones beside them, reads a file that people labelled."""
