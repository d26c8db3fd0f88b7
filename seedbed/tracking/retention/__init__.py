"""Which runs may lose their files, and how they are removed."""
