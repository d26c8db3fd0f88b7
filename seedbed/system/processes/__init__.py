"""Processes, their environment, and what they may use."""
