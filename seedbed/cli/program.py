"""How every command line of Seedbed ends: one sentence for a mistake, and an exit code."""

import errno
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from seedbed.system.errors import InputError, SeedbedError
from seedbed.system.extras import naming_the_extra
from seedbed.system.files.disk_errors import disk_error
from seedbed.system.processes.gc_pause import end_without_search
from seedbed.system.text.masking import masked
from seedbed.system.text.printing import print_as_is, print_text
from seedbed.system.text.terminal_lines import terminal_columns

OF_ANOTHER_KIND = (
    *(errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY, errno.ELOOP),
    *(errno.ENXIO, errno.ENAMETOOLONG, errno.EINVAL, errno.ESTALE),
)
"""What the system answers about something else than a file in a file's place, and the like."""

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
        except OSError as error:
            sentence = disk_error(error) or _unusable(error)
            if sentence is None:
                _print_traceback()
                sys.exit(1)
            _fail(str(sentence), 2)
        except Exception:  # a mistake of Seedbed: its traceback, without what must stay secret
            _print_traceback()
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)

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


def _unusable(error: OSError) -> str | None:
    """The sentence for a file that the system refuses; None for any other error."""
    what = os.fsdecode(error.filename) if isinstance(error.filename, bytes) else error.filename
    if isinstance(error, PermissionError):
        return (
            f"{what or 'a file'} must be open to this user, but the system refuses it "
            f"({error.strerror}): change its permissions, or name another place."
        )
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return (
            f"The system must allow more open files, but it refuses {what or 'one'} "
            f"({error.strerror}): raise the limit (ulimit -n), or end other programs."
        )
    if error.errno == errno.ENOENT and "temporary directory" in str(error.strerror):
        return (
            "A folder for temporary files must be writable, but TMPDIR, /tmp and the others are "
            "not: set TMPDIR to a folder that is."
        )
    if error.errno in OF_ANOTHER_KIND and what:
        return (
            f"{what} must be a file or folder that can be used here, but the system refuses it "
            f"({error.strerror}): move it away, or name another place."
        )
    return None


def _fail(sentence: str, code: int) -> NoReturn:
    print_text(f"Error: {sentence}", error=True)
    sys.exit(code)


def _print_traceback() -> None:
    import traceback

    print_as_is(masked(traceback.format_exc()), error=True)
