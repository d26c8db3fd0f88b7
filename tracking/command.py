"""How every command line of Seedbed ends: one sentence for a mistake, and an exit code."""

import sys
from typing import NoReturn

import click

from tracking.errors import SeedbedError


def run_command(command: click.Command, name: str) -> NoReturn:
    """Run a click command; exit codes: its own, 2 for bad input, 130 for Ctrl-C.

    Args:
        command: The command or group.
        name: How the user called it, for the help page.
    """
    try:
        code = command.main(prog_name=name, standalone_mode=False)
    except click.ClickException as error:
        _fail(f"{error.format_message()} See {name} --help.", 2)
    except SeedbedError as error:
        _fail(str(error), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped", 130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(sentence: str, code: int) -> NoReturn:
    click.echo(f"Error: {sentence}", err=True)
    sys.exit(code)
