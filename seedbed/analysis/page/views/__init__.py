"""What the page shows: all sweeps, one sweep, or configurations side by side."""
