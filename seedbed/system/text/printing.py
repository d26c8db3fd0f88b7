"""Print texts for whoever reads them, and files for programs.

Commands print with these functions alone, so that every sentence ends its lines between words.
"""

from typing import IO

import click

from seedbed.system.text.terminal_escape import inert
from seedbed.system.text.terminal_lines import for_terminal, lines_for_terminal


def print_text(text: object = "", *, error: bool = False, colour: str | None = None) -> None:
    """Print paragraphs and tables: in a terminal wrapped at its width, elsewhere unchanged.

    Args:
        text: What to say; its control characters are written as their codes.
        error: Whether it goes to standard error.
        colour: Colour of the text in a terminal.
    """
    wrapped = for_terminal(inert(text), error=error)
    shown = click.style(wrapped, fg=colour) if colour else wrapped
    click.echo(shown, err=error)  # noqa: TID251 (here it is wrapped)


def print_lines(text: object, *, error: bool = False) -> None:
    """The same of lines of which none goes on in the next one."""
    wrapped = lines_for_terminal(inert(text), error=error)
    click.echo(wrapped, err=error)  # noqa: TID251


def print_as_is(
    text: str | bytes, *, error: bool = False, newline: bool = True, stream: IO[str] | None = None
) -> None:
    """Print what a program reads, or what was wrapped and made harmless before.

    Args:
        text: JSON, a patch, or a text with links.
        error: Whether it goes to standard error.
        newline: Whether a newline follows.
        stream: Where to print instead.
    """
    click.echo(text, file=stream, nl=newline, err=error)  # noqa: TID251
