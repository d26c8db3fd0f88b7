"""Questions about what networks predict: labels, probabilities and scores of examples."""
