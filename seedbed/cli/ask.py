"""The command line: what the runs say, in words first.

    python -m seedbed spread 75.57 75.85 76.39 --test-size 6488

Exit codes: 0 answered, 1 the verdict named by --fail-on, 2 bad input.
"""

from importlib import import_module

import click

from seedbed.system.cli_program import Program

COMMANDS = (
    *("report", "spread", "paper", "compare", "seeds"),
    *("sources", "epochs", "confusion", "calibration", "verification"),
    *("drift", "ensemble", "churn", "search", "numbers", "serve"),
)
"""Each is the click command of its own name in ``seedbed.analysis.answers.NAME``."""


class CommandGroup(Program):
    """Imports a command when it is asked for; statistics libraries take seconds to import."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands, in the order of ``COMMANDS``."""
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        command = getattr(import_module(f"seedbed.analysis.answers.{cmd_name}"), cmd_name)
        if not isinstance(command, click.Command):
            raise TypeError(f"seedbed.analysis.answers.{cmd_name} has no command of its name")
        return command


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """What the runs say, and what they cannot say."""
