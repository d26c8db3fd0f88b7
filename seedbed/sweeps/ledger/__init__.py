"""What each cell of a sweep is doing, in an Optuna study; each cell ends exactly once."""
