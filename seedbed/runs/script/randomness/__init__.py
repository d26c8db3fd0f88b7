"""Where a script's random numbers come from, and which seeds they follow."""
