"""The findings in words: the verdict, the spread, and what would settle it."""
