"""The verbs that ask about what networks predict."""
