"""What all pictures share: their style, rows of a chart, marks of runs, the best configurations."""
