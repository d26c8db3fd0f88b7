"""Questions about random draws: from which stream, and what seeds it."""
