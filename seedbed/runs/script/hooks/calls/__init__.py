"""What a watched call says: its arguments, its settings, its line in the script."""
