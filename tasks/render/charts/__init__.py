"""Small charts as SVG: presentation attributes only (page CSS stops at inline SVG), a ``<title>`` for the ear."""
