"""A notebook as one script: which of IPython's commands run, and what takes their place."""
