"""A table of numbers that a script prints as one thing, such as a confusion matrix."""

import re
from collections.abc import Iterable, Iterator

MOST_LINES = 400
"""Lines of a matrix: longer ones are no result that anybody reads."""

_OPENS = re.compile(r"(?:^|[\s:=(])\[\s*\[")
_ROW = re.compile(r"\[([^\[\]]*)\]")
_NUMBERS = re.compile(r"[-+.\deE\s,]*\d[-+.\deE\s,]*")


def parts_of_output(lines: Iterable[str]) -> Iterator[str | tuple[int, int]]:
    """The lines outside matrices, and the rows and columns of each matrix in their place.

    A matrix begins with ``[[`` and has two rows of numbers or more, on one line or several; the
    words before it are left out with it.
    """
    waiting: list[str] = []
    for line in lines:
        if not waiting and not _OPENS.search(line):
            yield line
            continue
        waiting.append(line)
        text = " ".join(waiting)
        if "]]" in text.replace(" ", ""):
            shape = _shape(text)
            yield from [shape] if shape else waiting
            waiting = []
        elif len(waiting) > MOST_LINES or not _goes_on(line):
            yield from waiting
            waiting = []
    yield from waiting


def _goes_on(line: str) -> bool:
    """Whether a line may be part of a matrix: numbers and brackets, after any words before it."""
    inside = line[line.find("[") :] if "[[" in line.replace(" ", "") else line
    return not re.search(r"[A-DF-Za-df-z]", inside)


def _shape(text: str) -> tuple[int, int] | None:
    """Rows and columns; None unless all rows are numbers and there are two or more."""
    rows = _ROW.findall(text[text.index("[") :])
    if len(rows) < 2 or not all(_NUMBERS.fullmatch(row) for row in rows):
        return None
    widths = {len(re.split(r"[\s,]+", row.strip(" ,"))) for row in rows}
    return (len(rows), widths.pop()) if len(widths) == 1 else None
