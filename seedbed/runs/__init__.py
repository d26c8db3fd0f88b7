"""One run: settings, data, training, recording."""
