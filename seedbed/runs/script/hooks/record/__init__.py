"""What is kept of a script's training: fits, scores, seeds, weights, and their order."""
