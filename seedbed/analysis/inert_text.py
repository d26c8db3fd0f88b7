"""Text from elsewhere (names of sweeps, options, classes) where a program would act on it."""

import contextlib
import re


def spreadsheet_cell(text: str) -> str:
    """A cell of a CSV file that no spreadsheet takes for a formula; numbers stay as they are."""
    if text.lstrip(" ")[:1] not in tuple("=+-@\t\r＝＋－＠"):
        return text
    if re.fullmatch(r"[+-][\d.]+ to .*", text):
        return text
    with contextlib.suppress(ValueError):
        float(text)
        return text
    return f"'{text}"


def markdown_text(text: str) -> str:
    """A sentence without tags, entities, links, pictures and lines of its own; marks may stay."""
    text = " ".join(text.split("\n"))
    return re.sub(r"<(?=[A-Za-z/!?])|&(?=#?\w+;)|\](?=[(\[:])", r"\\\g<0>", text)
