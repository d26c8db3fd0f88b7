"""A comparison of arms: its answer, its words and its table."""
