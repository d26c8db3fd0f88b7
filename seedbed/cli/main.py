"""The one command, ``seedbed``: its verbs by group, each imported when it is called."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from seedbed.system.cli_program import Program
from seedbed.system.errors import SeedbedError
from seedbed.system.extras import require


@dataclass(frozen=True)
class Verb:
    """One verb of the command.

    Attributes:
        name: The verb as it is typed.
        module: Module of ``seedbed.cli`` that holds its click command.
        line: What it does; the first line of its own help.
        attribute: The command's name in the module where it is not the verb's.
    """

    name: str
    module: str
    line: str
    attribute: str = ""


GROUPS: dict[str, tuple[Verb, ...]] = {
    "Train": (
        Verb("run", "runs", "Train one network once and record the run."),
        Verb("describe", "runs", "Show which seed each layer, mask and shuffle gets."),
        Verb("verify", "runs", "Train a cell in four ways and compare the bits."),
        Verb("new", "runs", "Write a commented experiment file to start from."),
    ),
    "Sweep": (
        Verb("sweep", "sweeps", "Run the sweep that FILE describes; finished runs are kept."),
        Verb("repeat", "sweeps", "Rerun your own training script, unmodified, under many seeds."),
        Verb("status", "sweeps", "Show which runs are done, running, failed and left."),
        Verb("stop", "sweeps", "Let current runs finish, start no more."),
        Verb("cancel", "sweeps", "Stop current runs now."),
        Verb("resume", "sweeps", "Resume SWEEP by name."),
        Verb("retry", "sweeps", "Queue failed runs again."),
        Verb("check", "sweeps", "Validate a sweep file and say what it asks for."),
        Verb("register", "sweeps", "Register the best network with MLflow."),
        Verb("prune", "nights", "Remove files of old runs, by rules that you name."),
        Verb("schedule", "nights", "Run sweeps every night and report what changed."),
        Verb("nights", "nights", "Show past and next nights, or accept a change."),
    ),
    "Ask": (
        Verb("report", "ask.report", "Print a sweep's verdict and write its report."),
        Verb("spread", "ask.spread", "How much do the runs vary, and how wide is the interval?"),
        Verb("paper", "ask.paper", "Is a published number consistent with these runs?"),
        Verb("compare", "ask.compare", "Does A score higher than B?"),
        Verb("seeds", "ask.seeds", "How many runs would settle it?"),
        Verb("sources", "ask.sources", "Which source makes the runs differ?"),
        Verb("epochs", "ask.epochs", "How much does choosing the best epoch on test data add?"),
        Verb("confusion", "ask.confusion", "Which classes are confused, and how stably?"),
        Verb("calibration", "ask.calibration", "Do the probabilities mean what they say?"),
        Verb("verification", "ask.verification", "What are EER and HTER, with intervals?"),
        Verb("drift", "ask.drift", "Did last night differ from the nights before?"),
        Verb("ensemble", "ask.ensemble", "What would an ensemble of the runs score?"),
        Verb("churn", "ask.churn", "How many predictions change from run to run?"),
        Verb("search", "ask.search", "How lucky was the winner of a search?"),
        Verb("numbers", "ask.numbers", "Print the numbers that a repeated script gave."),
    ),
    "Check": (Verb("doctor", "doctor", "Read a script and name what makes it vary."),),
    "Serve": (
        Verb("serve", "serve", "Serve a live page about sweeps and nights."),
        Verb("service", "service", "Run a team's service: start, health, backup, secrets."),
    ),
}

ASK = tuple(verb.name for verb in GROUPS["Ask"])

NEEDS = {
    **dict.fromkeys(
        ("report", "numbers", "status", "stop", "cancel", "retry", "prune", "nights", "serve"),
        "mlflow",
    ),
    **dict.fromkeys(
        ("run", "describe", "verify", "new", "sweep", "repeat", "resume", "check", "register"),
        "train",
    ),
    "schedule": "train",
    "service": "service",
}
"""The extra without which a verb can do nothing; the others find out when they import a package."""

VERBS = {verb.name: verb for verbs in GROUPS.values() for verb in verbs}


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
            require(NEEDS[cmd_name])
        module = import_module(f"seedbed.cli.{verb.module}")
        found = getattr(module, verb.attribute or verb.name)
        if not isinstance(found, click.Command):
            raise TypeError(f"{module.__name__} has no command {verb.name}")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The verbs by group, without importing any."""
        for group, verbs in GROUPS.items():
            with formatter.section(group):
                formatter.write_dl([(verb.name, verb.line) for verb in verbs])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a verb; a ledger that goes away in the middle is one sentence."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if isinstance(error, SeedbedError | click.ClickException):
                raise
            if "sqlalchemy" not in sys.modules and "optuna" not in sys.modules:
                raise
            from seedbed.sweeps.ledger.storage_errors import ledger_away

            found = ledger_away(error, "of the sweep")
            if found is None:
                raise
            raise found from error


@click.command(cls=Seedbed, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Why is the accuracy different each time, and is the difference real?"""


def run(arguments: Sequence[str] | None = None) -> None:
    """Entry of the console script."""
    from seedbed.system.utf8_mode import in_utf8

    in_utf8()
    main(arguments, prog_name="seedbed")
