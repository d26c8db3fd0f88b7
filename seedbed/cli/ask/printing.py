"""Ask a question while progress is shown, print its result, and fail on verdicts asked for."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from seedbed.cli.ask.figure_option import save_figure
from seedbed.system.errors import InputError
from seedbed.system.text.badge import verdict_badge
from seedbed.system.text.printing import print_as_is, print_text
from seedbed.system.text.terminal_escape import inert

if TYPE_CHECKING:
    from seedbed.analysis.questions.results.result import Result

Format = Literal["text", "json", "markdown", "csv", "latex", "github"]


def emit(
    result: "Result", form: Format, fail_on: Sequence[str] = (), badge: Path | None = None
) -> None:
    """Print a result, save its figure where one is asked for, and fail on verdicts to fail on.

    Args:
        result: What the question returned.
        form: How it is printed.
        fail_on: Verdicts that end the command with exit code 1.
        badge: File to write the verdict to as an SVG picture.
    """
    failing = bool(set(fail_on) & set(result.verdicts))
    writers = {
        "json": result.to_json,
        "markdown": result.to_markdown,
        "csv": result.to_csv,
        "latex": result.to_latex,
    }
    if form == "github":
        print_as_is(inert(_for_github(result, failing)))
    elif form in writers:
        print_as_is(inert(writers[form]()))
    else:
        print_text(result.text)
    save_figure(result)
    if badge is not None:
        write_text(badge, verdict_badge(result.verdict or "answered", failing))
    if failing:
        click.get_current_context().exit(1)


def _for_github(result: "Result", failing: bool) -> str:
    """A workflow command; the whole answer goes to the job's summary, if there is one."""
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    markdown = result.to_markdown()
    if summary:
        try:
            with Path(summary).open("a", encoding="utf-8") as stream:
                stream.write(f"{inert(markdown)}\n\n")
        except OSError as error:
            raise InputError(
                f"GITHUB_STEP_SUMMARY must name a file that can be written, but {summary} cannot: "
                f"{error.strerror}"
            ) from None
    said = result.answer.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    command = f"::{'error' if failing else 'notice'} title=Seedbed::{said}"
    return command if summary else f"{command}\n{markdown}"


def write_text(path: Path, text: str) -> None:
    """Write a file that the user named.

    Raises:
        InputError: It cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from None
