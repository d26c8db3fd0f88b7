"""How a result shows itself: as a dictionary, a table, a picture, in LaTeX and in a notebook."""
