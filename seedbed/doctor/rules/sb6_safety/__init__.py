"""SB6: files that run code when they are read."""
