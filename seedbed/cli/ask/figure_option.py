"""``--figure``: the answer as a picture for a paper, the same option in every question."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seedbed.cli.option_groups import Command
from seedbed.system.errors import InputError
from seedbed.system.text.printing import print_text

if TYPE_CHECKING:
    from seedbed.analysis.questions.results.result import Result

WIDTHS = {"1": 3.5, "2": 7.2}
"""Inches by the columns of a paper that a figure spans."""

SUFFIXES = (".png", ".svg", ".pdf")
FILE, COLUMNS = "seedbed.figure", "seedbed.columns"
"""Where the options wait in click's context until there is an answer to draw."""


def _checked(context: click.Context, _: click.Parameter, file: Path | None) -> None:
    """Refuse what could not be written before anything is read."""
    if file is None:
        return
    from seedbed.system.extras import require

    if file.suffix.lower() not in SUFFIXES:
        raise InputError(
            f"--figure must name a .png, .svg or .pdf file, got {str(file)!r}: give it one of "
            "these endings"
        )
    if not file.absolute().parent.is_dir():
        raise InputError(
            f"--figure must lie in a folder that exists, got {str(file)!r}: make the folder first"
        )
    require("notebook")
    context.meta[FILE] = file


def _noted(context: click.Context, _: click.Parameter, columns: str) -> None:
    context.meta[COLUMNS] = columns


def figure_options(function: Command) -> Command:
    """Add ``--figure FILE`` and ``--columns``; they reach ``save_figure`` by click's context."""
    file = click.option(
        "--figure",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        expose_value=False,
        callback=_checked,
        help="Save the answer as a picture too: FILE ends in .png, .svg or .pdf.",
    )
    columns = click.option(
        "--columns",
        type=click.Choice(list(WIDTHS)),
        default="2",
        show_default=True,
        expose_value=False,
        callback=_noted,
        help="Columns of a paper that --figure spans: 3.5 or 7.2 inches.",
    )
    decorated: Command = file(columns(function))
    return decorated


def save_figure(result: "Result") -> None:
    """Save the picture that ``--figure`` asked for, if it did, and say where."""
    context = click.get_current_context(silent=True)
    file: Path | None = context.meta.get(FILE) if context else None
    if context is None or file is None:
        return
    from seedbed.analysis.report.figures.drawing.style import save

    try:
        save(result.figure(WIDTHS[context.meta[COLUMNS]]), file)
    except OSError as error:
        raise InputError(
            f"--figure must be a file that can be written, but {str(file)!r} cannot: "
            f"{error.strerror or error}"
        ) from None
    print_text(f"Figure: {file}", error=True)
