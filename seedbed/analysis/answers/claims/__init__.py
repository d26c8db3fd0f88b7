"""A comparison as a file that others can check and repeat."""
