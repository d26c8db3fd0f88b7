"""Options that several questions share."""

from pathlib import Path

import click

from seedbed.cli.ask.figure_option import figure_options
from seedbed.cli.format_option import format_option
from seedbed.cli.option_groups import Command, Decorator
from seedbed.system.errors import InputError

FAIL_ON = click.Choice(["different", "equivalent", "undecided", "drift"])
PATH = click.Path(path_type=Path)

FORMAT = format_option("text", "json", "csv", "markdown", "latex", "github")
LATEX = click.option("--latex", "form", flag_value="latex", help="The same as --format latex.")
level_option = click.option(
    "--level",
    type=float,
    default=0.95,
    show_default=True,
    help="Confidence level of the intervals.",
)
margin_option = click.option(
    "--margin",
    metavar="NUMBER[points]",
    help="Largest difference that counts as equivalent, in the unit of the scores or in points.",
)


def _in_a_folder(_: click.Context, __: click.Parameter, file: Path | None) -> Path | None:
    """Refuse a file whose folder is missing before the question is answered."""
    if file is not None and not file.absolute().parent.is_dir():
        raise InputError(f"{file} cannot be written: make its folder first")
    return file


def fail_option(function: Command) -> Command:
    """Add what a build needs: --fail-on and --badge."""
    function = click.option(
        "--badge",
        type=PATH,
        metavar="FILE",
        callback=_in_a_folder,
        help="Write the verdict as an SVG picture.",
    )(function)
    return click.option(
        "--fail-on",
        type=FAIL_ON,
        multiple=True,
        help="Exit with 1 on this verdict (may be repeated).",
    )(function)


def form_options(function: Command) -> Command:
    """Add --format, --latex, --figure and --columns."""
    decorated: Command = FORMAT(LATEX(figure_options(function)))
    return decorated


def output_options(function: Command) -> Command:
    """Add the same and --level."""
    return form_options(level_option(function))


def from_option(holds: str) -> Decorator:
    """Add --from FILE; ``holds`` says what the file holds."""
    return click.option("--from", "from_file", type=PATH, metavar="FILE", help=f"Read {holds}.")


class ListCommand(click.Command):
    """A question whose options in ``lists`` take values up to the next option.

    ``--a 75.5 75.8 --b 74.1`` reads as ``--a 75.5 --a 75.8 --b 74.1``.
    """

    numbers = ("--a", "--b")
    lists = ("--a", "--b", "--correct")

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Spread lists out before click sees them."""
        spread_out: list[str] = []
        current: str | None = None
        for argument in args:
            if argument.startswith("--"):
                current = argument if argument in self.lists else None
                spread_out += [] if current else [argument]
            elif current is not None:
                is_number = current in self.numbers
                parts = argument.replace(",", " ").split() if is_number else [argument]
                spread_out += [word for part in parts for word in (current, part)]
            else:
                spread_out.append(argument)
        return super().parse_args(ctx, spread_out)
