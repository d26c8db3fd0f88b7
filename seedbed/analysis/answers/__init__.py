"""One module for each question: inputs in, a frozen answer out. Nothing here parses or prints."""
