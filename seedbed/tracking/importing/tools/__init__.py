"""A reader for each tool whose runs can be read."""
