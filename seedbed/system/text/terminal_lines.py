"""Text as wide as the terminal, and links in it that can be clicked."""

import os
import re
import sys

WRITTEN = 80
"""Columns at which texts are written for files and pipes."""
NARROWEST = 20
_COLUMNS = r"\S {2,}\S"  # as those below, compiled when it is used: most commands do without
_GAPS = r"(?<=\S) {2,}(?=\S)"
FOLD = "    "
_MARKS = r"(?:[-!•] )?"
_BOUND = r"(?<=\d) (?=%)|(?<=\b[pn]) (?=[=<] )|(?<=\b[pn] [=<]) "
"""Spaces at which no line ends: in ``95 %``, ``p = 0.03`` and ``n = 5``."""
_BINDER = "\x01"
NO_LINKS = ("", "dumb", "linux")
"""Terminals that would print the address of a link as text."""


def for_terminal(text: str, *, error: bool = False) -> str:
    """The text for whoever reads it: in a terminal wrapped at its width, elsewhere as it is.

    Args:
        text: Paragraphs and tables.
        error: Whether it goes to standard error.
    """
    if not (sys.stderr if error else sys.stdout).isatty():
        return text
    return fitted(text, terminal_columns())


def terminal_columns() -> int:
    """Columns of the terminal, as ``shutil.get_terminal_size`` finds them, without loading it."""
    given = os.environ.get("COLUMNS", "")
    columns = int(given) if given.isdecimal() else 0
    if columns or sys.__stdout__ is None:
        return columns or WRITTEN
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or WRITTEN
    except (ValueError, OSError):  # no terminal, or it is closed
        return WRITTEN


def lines_for_terminal(text: str, *, error: bool = False) -> str:
    """The same of lines of which none goes on in the next one."""
    return "\n".join(for_terminal(line, error=error) for line in text.split("\n"))


def fitted(text: str, width: int) -> str:
    """Paragraphs wrapped at words, at ``width`` columns; commands stay as they are.

    A row of a table that is too wide goes on below with the columns that have no room.

    Args:
        text: Lines; a paragraph may be one line, or have been wrapped at ``WRITTEN`` columns.
        width: Columns to use.
    """
    lines: list[str] = []
    paragraph: list[str] = []
    for line in [*text.split("\n"), ""]:
        if paragraph and _goes_on(paragraph[-1], line):
            paragraph.append(line)
            continue
        lines += _wrapped(paragraph, max(width, NARROWEST))
        paragraph = [line]
    return "\n".join(lines)


def wrapped(
    text: str, width: int, first: str = "", rest: str = "", *, break_words: bool = False
) -> list[str]:
    """One paragraph as lines that end between words, but not between a number and its sign.

    Args:
        text: Words; runs of spaces count as one.
        width: Columns to use.
        first: Begins the first line.
        rest: Begins the other lines.
        break_words: Whether a word that is longer than a line is broken.
    """
    import textwrap  # most commands print less than it would take to load

    lines = textwrap.wrap(
        _bound(" ".join(text.split())),
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
        break_long_words=break_words,
    )
    return [line.replace(_BINDER, " ") for line in lines]


def _bound(text: str) -> str:
    return re.sub(_BOUND, _BINDER, text)


def _goes_on(above: str, line: str) -> bool:
    """Whether a line is the rest of the one above, which was wrapped before this one's word."""
    words = _bound(line).split()
    if not words or not above.strip() or _is_set(line) or _is_set(above):
        return False
    if line != " " * _indent(above) + line.lstrip() or _mark(line):
        return False
    return len(above) <= WRITTEN < len(above) + 1 + len(words[0])


def _wrapped(paragraph: list[str], width: int) -> list[str]:
    if len(paragraph) == 1 and len(paragraph[0]) <= width:
        return paragraph
    if len(paragraph) == 1 and _is_set(paragraph[0]):
        return _folded(paragraph[0], width)
    if not paragraph:
        return []
    first = paragraph[0]
    hanging = " " * _indent(first)
    start = first[: len(hanging)]
    words = " ".join(part for line in paragraph for part in line[len(hanging) :].split())
    return wrapped(words, width, start, hanging)


def _folded(row: str, width: int) -> list[str]:
    """A row of a table, its last columns below the first ones; a row of another kind as it is."""
    if row.startswith(FOLD) or "\t" in row:
        return [row]
    gaps = [gap for gap in re.finditer(_GAPS, row) if gap.start() <= width]
    if not gaps:
        return [row]
    rest = row[gaps[-1].end() :]
    below = [f"{FOLD}{rest}"] if len(FOLD + rest) <= width else wrapped(rest, width, FOLD, FOLD)
    return [row[: gaps[-1].start()], *below]


def _is_set(line: str) -> bool:
    """Whether a line's spaces have a meaning: a table's columns, or a command to copy."""
    return line.startswith("    ") or bool(re.search(_COLUMNS, line)) or "\t" in line


def _mark(line: str) -> str:
    found = re.match(_MARKS, line.lstrip())
    return found.group() if found else ""


def _indent(line: str) -> int:
    """Columns before the words of a line, a bullet included."""
    return len(line) - len(line.lstrip()) + len(_mark(line))


def link(text: str, address: str) -> str:
    """Text that opens an address where the terminal can do that (OSC 8), else the text alone.

    Args:
        text: What is shown, without control characters.
        address: Where it leads; one with control characters makes no link.
    """
    able = sys.stdout.isatty() and os.environ.get("TERM", "") not in NO_LINKS
    if not able or not address.isprintable():
        return text
    return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"
