"""The one command, ``seedbed``: its verbs by group, each imported when it is called."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import click

from seedbed.cli.program import Program
from seedbed.cli.verbs import GROUPS, NEEDS, VERBS, Verb
from seedbed.system.code_version import VERSION
from seedbed.system.errors import MissingExtraError, SeedbedError
from seedbed.system.extras import require

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class WithoutItsExtra(click.Command):
    """A verb whose extra is missing: its help says so, and a call is refused."""

    def __init__(self, verb: Verb, missing: MissingExtraError) -> None:
        super().__init__(
            verb.name,
            help=f"{verb.line}\n\n{missing}",
            params=[click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)],
            context_settings={"ignore_unknown_options": True},
        )
        self._missing = missing

    def invoke(self, ctx: click.Context) -> NoReturn:  # noqa: ARG002
        """Refuse the call with the sentence that says what to install."""
        raise self._missing


class Seedbed(Program):
    """Imports a verb when it is called: some need libraries that take seconds to import."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """All verbs, group by group."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the verb's module."""
        verb = VERBS.get(cmd_name)
        if verb is None:
            return None
        if cmd_name in NEEDS:
            try:
                require(NEEDS[cmd_name])
            except MissingExtraError as missing:
                return WithoutItsExtra(verb, missing)
        module = import_module(verb.module)
        found = getattr(module, verb.attribute or verb.name)
        if not isinstance(found, click.Command):
            raise TypeError(f"{module.__name__} has no command {verb.name}")
        return found

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """The verbs with their lines, without importing any; options as click completes them."""
        from click.shell_completion import CompletionItem

        verbs = [
            CompletionItem(verb.name, help=verb.line)
            for verb in VERBS.values()
            if verb.name.startswith(incomplete)
        ]
        return [*verbs, *click.Command.shell_complete(self, ctx, incomplete)]

    def explain_wrong_command(self, ctx: click.Context, args: list[str]) -> str:  # noqa: ARG002
        """The sentence for a word that is not a verb: the nearest verb, or the new spelling."""
        from seedbed.cli.mistakes import wrong_verb

        return wrong_verb(args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """What stands after the name of the command."""
        return ["VERB", "[OPTIONS]"]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The verbs by group, without importing any."""
        for group, verbs in GROUPS.items():
            with formatter.section(group):
                formatter.write_dl([(verb.name, verb.line) for verb in verbs])

    def invoke(self, ctx: click.Context) -> object:
        """Run a verb; a ledger that stops answering gives one sentence."""
        try:
            return super().invoke(ctx)
        except Exception as error:  # drivers of databases share no base
            if isinstance(error, SeedbedError | click.ClickException | click.exceptions.Exit):
                raise
            if not {"sqlalchemy", "optuna", "psycopg"} & sys.modules.keys():
                raise
            from seedbed.sweeps.ledger.storages.storage_errors import ledger_away

            found = ledger_away(error, "of the sweep")
            if found is None:
                raise
            raise found from error


@click.command(cls=Seedbed, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, message="seedbed %(version)s")
def main() -> None:
    """Why is the accuracy different each time, and is the difference real?"""


def run(arguments: Sequence[str] | None = None) -> None:
    """Entry of the console script."""
    from seedbed.system.processes.library_folders import replace_missing_home
    from seedbed.system.processes.utf8_mode import in_utf8

    in_utf8()
    replace_missing_home()
    main(arguments, prog_name="seedbed")
