"""Reads a training script, without running it, and names what makes its accuracy vary."""
