"""Files that are whole or not there, locked, and read as they come."""
