"""Options that all commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from seedbed.system.errors import InputError

F = TypeVar("F", bound=Callable[..., object])
FAIL_ON = click.Choice(["different", "equivalent", "undecided", "drift"])


def output_options(function: F) -> F:
    """Add --json, --markdown, --csv and --level."""
    level = click.option(
        "--level",
        type=float,
        default=0.95,
        show_default=True,
        help="Confidence level of the intervals.",
    )
    return format_options(level(function))


def format_options(function: F) -> F:
    """Add --json, --markdown and --csv."""
    for option in (
        click.option("--csv", "form", flag_value="csv", help="Print a table for a spreadsheet."),
        click.option(
            "--markdown", "form", flag_value="markdown", help="Print a table for a paper."
        ),
        click.option("--json", "form", flag_value="json", help="Print everything as JSON."),
        click.option(
            "--text", "form", flag_value="text", default=True, help="Print sentences (default)."
        ),
    ):
        function = option(function)
    return function


def fail_option(function: F) -> F:
    """Add --fail-on."""
    return click.option(
        "--fail-on",
        type=FAIL_ON,
        multiple=True,
        help="Exit with 1 on this verdict (may be repeated).",
    )(function)


class ListCommand(click.Command):
    """A command whose options in ``lists`` take numbers up to the next option.

    ``--a 75.5 75.8 --b 74.1`` reads as ``--a 75.5 --a 75.8 --b 74.1``. A ``--csv`` that is
    followed by a file's name reads that file; a bare one prints CSV.
    """

    numbers = ("--a", "--b")
    lists = ("--a", "--b", "--correct")

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Spread lists out before click sees them."""
        spread_out: list[str] = []
        current: str | None = None
        for position, argument in enumerate(args):
            follower = args[position + 1] if position + 1 < len(args) else ""
            if argument.startswith("--"):
                current = argument if argument in self.lists else None
                if argument == "--csv" and _is_file(follower):
                    spread_out.append("--from-csv")
                elif current is None:
                    spread_out.append(argument)
            elif current is not None:
                parts = (
                    argument.replace(",", " ").split() if current in self.numbers else [argument]
                )
                for part in parts:
                    spread_out += [current, part]
            else:
                spread_out.append(argument)
        return super().parse_args(ctx, spread_out)


def csv_option(text: str) -> Callable[[F], F]:
    """Add --csv FILE, for a ``ListCommand``."""
    return click.option(
        "--from-csv", type=click.Path(path_type=Path), help=f"{text}; `--csv FILE` is the same."
    )


def one_way(sweep: str | None, path: Path | None, holds: str) -> None:
    """Refuse both a sweep's name and a file, and neither.

    Args:
        sweep: The sweep's name, if given.
        path: The CSV file, if given.
        holds: What the file holds.

    Raises:
        InputError: Both or neither.
    """
    if (sweep is None) == (path is None):
        got = "neither" if sweep is None else "both"
        raise InputError(
            f"give either a sweep's name or --csv FILE with {holds}, got {got} of the two"
        )


def _is_file(name: str) -> bool:
    return not name.startswith("--") and (name.lower().endswith(".csv") or Path(name).is_file())
