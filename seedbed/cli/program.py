"""How every command line of Seedbed ends: one sentence for a mistake, and an exit code."""

import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from seedbed.cli.system_errors import has_no_reader, system_error
from seedbed.system.errors import InputError, SeedbedError, StoreError
from seedbed.system.extras import naming_the_extra
from seedbed.system.processes.gc_pause import end_without_search
from seedbed.system.text.masking import masked
from seedbed.system.text.printing import print_as_is, print_text
from seedbed.system.text.terminal_lines import terminal_columns

WIDEST, MARGIN, NARROWEST = 80, 2, 50
"""Columns of help, as click has them."""


class Program(click.Group):
    """A group of commands; exit codes: a command's own, 2 for bad input, 130 for Ctrl-C."""

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        """Run a command and end the process; a mistake is one sentence, never a traceback."""
        end_without_search()
        extra["standalone_mode"] = False
        if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
            extra.setdefault("color", False)
        name = prog_name or self.name or ""
        try:
            with naming_the_extra():
                code = super().main(args, name, **extra)
        except click.NoSuchOption as error:
            from seedbed.cli.mistakes import wrong_option

            _fail(wrong_option(error), 2)
        except click.MissingParameter as error:
            from seedbed.cli.mistakes import missing_parameter

            _fail(missing_parameter(error), 2)
        except click.ClickException as error:
            from seedbed.cli.mistakes import wrong_usage

            _fail(wrong_usage(error), 2)
        except SeedbedError as error:
            _fail(str(error), error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            _fail("stopped", 130)
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(1)
        except Exception as error:  # of any library; the rest are mistakes of Seedbed
            sentence = system_error(error)
            if sentence is not None:
                _fail(sentence, 2)
            _print_traceback()  # without what must stay secret
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; a connection that breaks is told, and click would end without a word."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            if has_no_reader(error):
                raise
            raise StoreError(system_error(error)) from error

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """As click's own, with the width of help found without ``shutil``, which loads 2 ms."""
        if click.formatting.FORCED_WIDTH is None:
            width = max(min(terminal_columns(), WIDEST) - MARGIN, NARROWEST)
            extra.setdefault("terminal_width", width)
        return super().make_context(info_name, args, parent, **extra)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called; a wrong name is one sentence with the nearest one."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchOption:
            raise
        except click.UsageError:
            raise InputError(self.explain_wrong_command(ctx, args)) from None

    def explain_wrong_command(self, ctx: click.Context, args: list[str]) -> str:
        """The sentence for a name that is not a command of this group."""
        from seedbed.cli.mistakes import wrong_command

        return wrong_command(ctx.command_path, args[0], self.list_commands(ctx))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """A group without a command prints its help, with exit code 0."""
        return super().parse_args(ctx, args or ctx.help_option_names[-1:])


def _fail(sentence: str, code: int) -> NoReturn:
    print_text(f"Error: {sentence}", error=True)
    sys.exit(code)


def _print_traceback() -> None:
    import traceback

    print_as_is(masked(traceback.format_exc()), error=True)
