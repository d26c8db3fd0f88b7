"""Trains one cell: data, first weights, training, scores, record."""
