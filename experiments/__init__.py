"""One run: data, network, training and scoring."""
