"""SB8: scores that are computed from what does not belong together."""
