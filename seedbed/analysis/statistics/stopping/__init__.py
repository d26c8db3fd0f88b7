"""How many runs, and when to stop: plans, looks, spending and e-processes."""
