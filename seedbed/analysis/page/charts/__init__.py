"""Charts of the page as SVG: nights and learning curves."""
