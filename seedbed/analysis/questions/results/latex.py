"""A table of an answer as LaTeX, for a paper."""

import math
from collections.abc import Sequence

from seedbed.analysis.answers.answer import number, table_text
from seedbed.analysis.answers.quantity_words import in_words

LEVEL, METHOD, ENDS = "level", "method", ("low", "high")

SPECIAL = {
    "\\": r"\textbackslash{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "−": "$-$",
    "±": r"$\pm$",
    "×": r"$\times$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "<": "$<$",
    ">": "$>$",
    "|": r"\textbar{}",
    "…": r"\ldots{}",
}
"""What LaTeX reads as a command, or does not have in its usual fonts."""


def as_latex(answer: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Write a ``table`` with the answer as its caption.

    Rows and columns without any number are left out; columns of numbers are set to the right, with
    four digits. Quantities have their names in words. A level that all intervals share stands in
    the heading of their ends, and methods stand in comments above the table, which they would make
    too wide.

    Args:
        answer: The caption.
        columns: Names of the columns.
        rows: The rows below them.

    Returns:
        LaTeX that needs the package booktabs.
    """
    cells = [[in_words(str(row[0])), *map(_text, row[1:])] for row in rows]
    cells = [row for row in cells if any(map(_as_number, row[1:]))]
    level = _shared_level(columns, cells)
    heads = [f"{name} ({level} %)" if level and name in ENDS else name for name in columns]
    left_out = {METHOD, *([LEVEL] if level else [])}
    kept = [
        at
        for at, name in enumerate(columns)
        if name not in left_out and any(row[at] for row in cells)
    ]
    alignment = "".join("r" if _is_numeric([row[at] for row in cells]) else "l" for at in kept)
    lines = [
        r"% needs \usepackage{booktabs}",
        *_methods(columns, cells),
        r"\begin{table}",
        r"  \centering",
        rf"  \caption{{{escaped(answer)}}}",
    ]
    if kept:
        lines += [
            rf"  \begin{{tabular}}{{{alignment}}}",
            r"    \toprule",
            _row([heads[at] for at in kept]),
            r"    \midrule",
            *(_row([row[at] for at in kept]) for row in cells),
            r"    \bottomrule",
            r"  \end{tabular}",
        ]
    return "\n".join([*lines, r"\end{table}"])


def _text(cell: object) -> str:
    """A cell as text: four digits of a number."""
    return number(cell) if isinstance(cell, float) and math.isfinite(cell) else table_text(cell)


def _shared_level(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """The level of all intervals in percent; empty if they differ or there is none."""
    at = list(columns).index(LEVEL) if LEVEL in columns else None
    levels = {row[at] for row in cells if row[at]} if at is not None else set()
    return number(100 * float(levels.pop())) if len(levels) == 1 else ""


def _methods(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    """Comments that name the method of each quantity."""
    if METHOD not in columns:
        return []
    at = list(columns).index(METHOD)
    return [f"% {' '.join(f'{row[0]}: {row[at]}'.split())}" for row in cells if row[at]]


def escaped(text: str) -> str:
    """Text as LaTeX sets it, whatever it holds."""
    one_line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return "".join(SPECIAL.get(sign, sign) for sign in one_line)


def _row(cells: Sequence[str]) -> str:
    return "    " + " & ".join(map(escaped, cells)) + r" \\"


def _is_numeric(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(_as_number(cell) for cell in filled)


def _as_number(cell: str) -> bool:
    try:
        float(cell.replace("−", "-").rstrip(" %"))
    except ValueError:
        return False
    return True
