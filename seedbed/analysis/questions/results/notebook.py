"""A result as HTML in a notebook: answer, table and picture, everything escaped."""

import base64
from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING

from seedbed.analysis.answers.answer import table_text
from seedbed.system.errors import MissingExtraError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def as_html(
    answer: str,
    sentences: Sequence[str],
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    draw: "Callable[[], Figure]",
) -> str:
    """Write a result as HTML.

    Args:
        answer: The answer, set in bold.
        sentences: What follows it.
        columns: Names of the table's columns.
        rows: Its rows.
        draw: Draws the picture; left out where matplotlib is not installed.

    Returns:
        One ``<div>`` that needs nothing from elsewhere.
    """
    parts = [f"<p><strong>{escape(answer)}</strong></p>"]
    parts += [f"<p>{'<br>'.join(map(escape, sentences))}</p>"] if sentences else []
    parts += [_table(columns, rows)] if rows else []
    try:
        figure = draw()
    except MissingExtraError:
        pass
    else:
        parts.append(f'<img alt="{escape(answer)}" src="data:image/png;base64,{_png(figure)}">')
    return f'<div class="seedbed">{"".join(parts)}</div>'


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(table_text(cell))}</td>' for cell in row)}</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _png(figure: "Figure") -> str:
    from seedbed.analysis.report.figures.drawing.style import as_png

    return base64.b64encode(as_png(figure)).decode("ascii")
