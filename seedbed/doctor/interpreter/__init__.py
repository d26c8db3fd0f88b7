"""Follows what a script does, on its syntax tree, without running it."""
