"""SB5: numbers of different runs side by side."""
