"""What a recorded sweep shows: configurations, comparisons, sources, search results."""
