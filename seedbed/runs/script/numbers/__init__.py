"""The numbers that a script gives, and the one that stands for the run."""
