"""Text from elsewhere (names, files, exceptions) before it reaches a terminal.

A control character can move the cursor, change the title or hide what stands beside it. Each is
written as its code instead, in JSON's notation, so that JSON stays what it was.
"""

import re

ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters but tab and newline, line separators, marks that turn the direction of text,
and halves of characters, which no terminal can be sent."""


def inert(text: object) -> str:
    r"""The text with every character that a terminal would act on written as its code.

    Newlines and tabs stay; ``"\x1b[2J"`` becomes ``"\u001b[2J"``.
    """
    return ACTING.sub(lambda found: f"\\u{ord(found.group()):04x}", str(text))
