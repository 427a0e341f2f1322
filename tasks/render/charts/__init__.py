"""Small charts as SVG: presentation attributes only (page CSS does not reach inline SVG), a ``<title>`` for who cannot see."""
