"""Whether a word is a number."""


def is_number(word: str) -> bool:
    """Whether a word reads as a number; nan and inf do, digits with Python's underscores do not."""
    try:
        float(word)
    except ValueError:
        return False
    return "_" not in word
