"""Ask a question while progress is shown, print its result, and fail on verdicts asked for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import click

from seedbed.cli.ask.figure_option import save_figure
from seedbed.system.terminal_escape import inert

if TYPE_CHECKING:
    from seedbed.analysis.questions.result import Result

Format = Literal["text", "json", "markdown", "csv", "latex"]


def emit(result: "Result", form: Format, fail_on: Sequence[str] = ()) -> None:
    """Print a result, save its figure where one is asked for, and fail on verdicts to fail on.

    Args:
        result: What the question returned.
        form: How it is printed.
        fail_on: Verdicts that end the command with exit code 1.
    """
    writers = {
        "json": result.to_json,
        "markdown": result.to_markdown,
        "csv": result.to_csv,
        "latex": result.to_latex,
    }
    text = writers[form]() if form in writers else result.text
    click.echo(inert(text))
    save_figure(result)
    if set(fail_on) & set(result.verdicts):
        click.get_current_context().exit(1)
