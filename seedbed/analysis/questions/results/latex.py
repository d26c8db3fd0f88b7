"""A table of an answer as LaTeX, for a paper."""

from collections.abc import Sequence

from seedbed.analysis.answers.answer import table_text

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

    Rows and columns without any number are left out; columns of numbers are set to the right.

    Args:
        answer: The caption.
        columns: Names of the columns.
        rows: The rows below them.

    Returns:
        LaTeX that needs the package booktabs.
    """
    cells = [[table_text(cell) for cell in row] for row in rows]
    cells = [row for row in cells if any(map(_as_number, row[1:]))]
    kept = [at for at in range(len(columns)) if any(row[at] for row in cells)]
    alignment = "".join("r" if _is_numeric([row[at] for row in cells]) else "l" for at in kept)
    lines = [
        r"% needs \usepackage{booktabs}",
        r"\begin{table}",
        r"  \centering",
        rf"  \caption{{{escaped(answer)}}}",
    ]
    if kept:
        lines += [
            rf"  \begin{{tabular}}{{{alignment}}}",
            r"    \toprule",
            _row([columns[at] for at in kept]),
            r"    \midrule",
            *(_row([row[at] for at in kept]) for row in cells),
            r"    \bottomrule",
            r"  \end{tabular}",
        ]
    return "\n".join([*lines, r"\end{table}"])


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
