"""Arms against each other: tests, intervals and the verdict on them."""
