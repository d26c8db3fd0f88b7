"""Questions about rows: which a value holds, where they come from, how they were split."""
