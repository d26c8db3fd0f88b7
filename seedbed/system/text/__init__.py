"""Text: what is safe to print, and how it is laid out."""
