"""The first letter of a sentence."""

import re

NAME_OF_CODE = re.compile(r"\S*[_=()/]|\S*\.\w")


def sentence_case(text: str) -> str:
    """The text with a capital first; a name of code (``accuracy_score 1``) stays as it is."""
    return text if NAME_OF_CODE.match(text) else text[:1].upper() + text[1:]
