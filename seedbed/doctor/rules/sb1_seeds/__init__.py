"""SB1: which generators are seeded, when, and with what effect."""
