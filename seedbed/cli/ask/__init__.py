"""The verbs that ask: parse the words, call the answer, print it."""
