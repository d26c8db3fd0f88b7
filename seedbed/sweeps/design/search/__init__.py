"""Which configurations a search tries: their space, draws from it, and rounds of TPE."""
