"""The verbs of the command by group: where each is, and its line in the help."""

from typing import NamedTuple


class Verb(NamedTuple):  # no dataclass, whose module takes a millisecond to load
    """One verb of the command.

    Attributes:
        name: The verb as it is typed.
        package: Package below ``seedbed`` that holds its module.
        line: What it does; its own help begins with it.
        file: The module's name if it is not the verb's.
        attribute: The click command's name in the module if it is not the verb's.
    """

    name: str
    package: str
    line: str
    file: str = ""
    attribute: str = ""

    @property
    def module(self) -> str:
        """Name of the module that holds the click command."""
        return f"seedbed.{self.package}.{self.file or self.name}"


TRAIN, SWEEP, ASKING, SERVE = "cli.train", "cli.sweep", "cli.ask", "cli.serve"
PREDICTIONS = "cli.ask.predictions"
SCRIPTS, NIGHTLY, UPKEEP = "cli.sweep.scripts", "cli.sweep.nightly", "cli.sweep.upkeep"

GROUPS: dict[str, tuple[Verb, ...]] = {
    "Train": (
        Verb("run", TRAIN, "Train one network once and record the run."),
        Verb("describe", TRAIN, "Show which seed each layer, mask and shuffle gets."),
        Verb("verify", TRAIN, "Train a cell in four ways and compare the bits."),
        Verb("new", TRAIN, "Write a commented experiment file to start from."),
    ),
    "Sweep": (
        Verb("sweep", SWEEP, "Run the sweep that FILE describes; finished runs are kept."),
        Verb("repeat", SCRIPTS, "Rerun your own training script, unmodified, under many seeds."),
        Verb(
            "list",
            SWEEP,
            "List the sweeps with their state and verdict.",
            "list_sweeps",
            "list_sweeps",
        ),
        Verb("status", SWEEP, "Show which runs are done, running, failed and left."),
        Verb("stop", SWEEP, "Let current runs finish, start no more.", "orders"),
        Verb("cancel", SWEEP, "Stop current runs now.", "orders"),
        Verb("resume", SWEEP, "Resume SWEEP by name."),
        Verb("retry", SWEEP, "Queue failed runs again.", "orders"),
        Verb("repair", UPKEEP, "Mend a damaged ledger and set foreign files aside."),
        Verb("check", SWEEP, "Validate a sweep file and say what it asks for."),
        Verb("register", UPKEEP, "Register the best network with MLflow."),
        Verb("prune", UPKEEP, "Remove files of old runs, by rules that you name."),
        Verb("schedule", NIGHTLY, "Run sweeps every night and report what changed."),
        Verb("nights", NIGHTLY, "Show past and next nights, or accept a change."),
    ),
    "Ask": (
        Verb(
            "why", SCRIPTS, "Say which source makes a script's accuracy differ, and how to pin it."
        ),
        Verb("report", ASKING, "Print a sweep's verdict and write its report."),
        Verb("spread", ASKING, "How much do the runs vary, and how wide is the interval?"),
        Verb("paper", ASKING, "Is a published number consistent with these runs?"),
        Verb("compare", ASKING, "Does A score higher than B?"),
        Verb("seeds", ASKING, "How many runs would settle it?"),
        Verb("sources", ASKING, "Which source makes the runs differ?"),
        Verb("epochs", ASKING, "How much does choosing the best epoch on test data add?"),
        Verb("confusion", PREDICTIONS, "Which classes are confused, and how stably?"),
        Verb("calibration", PREDICTIONS, "Do the probabilities mean what they say?"),
        Verb("verification", PREDICTIONS, "What are EER and HTER, with intervals?"),
        Verb("drift", ASKING, "Did last night differ from the nights before?"),
        Verb("ensemble", PREDICTIONS, "What would an ensemble of the runs score?"),
        Verb("churn", PREDICTIONS, "How many predictions change from run to run?"),
        Verb("search", ASKING, "How lucky was the winner of a search?"),
        Verb("numbers", ASKING, "Print the numbers that a repeated script gave."),
    ),
    "Check": (
        Verb("doctor", "cli", "Read a script and name what makes it vary."),
        Verb("claim", "cli.claims", "Write a claim that others can check, or check one."),
        Verb("replicate", "cli.claims", "Train a claim's cells again and say whether it holds."),
    ),
    "Serve": (
        Verb("serve", SERVE, "Serve a live page about sweeps and nights."),
        Verb("ui", SERVE, "Open MLflow's UI on the recorded runs."),
        Verb("secrets", SERVE, "Write .env with random secrets for the service.", "backup"),
        Verb("backup", SERVE, "Save the service's databases and files."),
        Verb("restore", SERVE, "Bring back a backup of the service.", "backup"),
        Verb("service", SERVE, "Run a team's service: start, health, backup, secrets."),
    ),
    "Shell": (Verb("completion", "cli", "Print a script that completes seedbed's words."),),
}

ASK = tuple(verb.name for verb in GROUPS["Ask"] if verb.package in (ASKING, PREDICTIONS))

NEEDS = {
    **dict.fromkeys(
        (
            *("report", "numbers", "list", "status", "stop", "cancel", "retry", "repair"),
            *("prune", "nights", "serve", "ui"),
        ),
        "mlflow",
    ),
    **dict.fromkeys(
        (
            *("run", "describe", "verify", "sweep", "repeat", "resume", "check"),
            *("register", "why", "replicate"),
        ),
        "train",
    ),
    "schedule": "train",
    **dict.fromkeys(("service", "secrets", "backup", "restore"), "service"),
}
"""The extra without which a verb can do nothing; the others find out when they import a package."""

VERBS = {verb.name: verb for verbs in GROUPS.values() for verb in verbs}
