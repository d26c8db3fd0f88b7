"""One page about the store that updates itself: what runs, what was found, how the nights went."""
