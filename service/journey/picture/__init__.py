"""The journey as a picture: from its data to SVG, without I/O. `render.py` gives it."""
