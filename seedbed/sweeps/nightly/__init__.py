"""Sweeps every night: when, in which process, with which outcome, and who is told."""
