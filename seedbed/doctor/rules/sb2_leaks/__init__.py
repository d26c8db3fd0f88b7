"""SB2: test rows that take part in training or in choosing."""
