"""Runs that other tools recorded: one reader a file, behind one contract."""
