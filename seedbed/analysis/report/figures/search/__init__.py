"""Pictures of a search: its course, its options, and what luck adds to its best value."""
