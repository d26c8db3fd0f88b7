"""Train a cell again and compare the bits; show where random numbers come from."""
