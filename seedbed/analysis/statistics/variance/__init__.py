"""Where the spread of a score comes from: sources, and the test set against the model."""
