"""The command line: what the runs say, in words first.

    python -m analysis spread 75.57 75.85 76.39 --test-size 6488

Exit codes: 0 answered, 1 the verdict named by --fail-on, 2 bad input.
"""

from importlib import import_module

import click

from tracking.errors import SeedbedError

COMMANDS = ("spread", "paper", "compare", "seeds", "confusion", "drift", "verification")
"""Each is the click command of its own name in ``analysis.commands.NAME``."""


class CommandGroup(click.Group):
    """Imports a command when it is asked for, and shows Seedbed's errors as one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands, in the order of ``COMMANDS`` and then those added."""
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module; statistics libraries take seconds to import."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        command = getattr(import_module(f"analysis.commands.{cmd_name}"), cmd_name)
        if not isinstance(command, click.Command):
            raise TypeError(f"analysis.commands.{cmd_name} has no command of its name")
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an error of ours ends it with its exit code."""
        try:
            return super().invoke(ctx)
        except SeedbedError as error:
            click.echo(f"error: {error}", err=True)
            ctx.exit(error.exit_code)


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """What the runs say, and what they cannot say."""
