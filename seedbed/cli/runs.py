"""``python -m seedbed run NAME --option …``: one run, trained here and recorded in MLflow."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from seedbed.runs.custom import experiment_file, template
from seedbed.runs.custom.experiment_file import is_path
from seedbed.runs.execution.catalog import NAMES, Experiment, find
from seedbed.runs.execution.single_run import EXIT_CODES, train_here
from seedbed.runs.reproduce import random_sources
from seedbed.runs.reproduce.verify import Recorded, verify as verify_bits, verify_against
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.options import RunOptions, parse, specs
from seedbed.system.cli_program import Program
from seedbed.system.errors import InputError
from seedbed.tracking.reading.run_lookup import find_run
from seedbed.tracking.store import Store

ALONE_IS_TRUE: dict[str, Any] = {"is_flag": False, "flag_value": "true"}
"""For click: an option that may stand without a value, such as ``--augment``."""

Act = Callable[[Experiment, RunOptions], int]
"""What a command does with an experiment and its options; returns the exit code."""


class Catalog(Program):
    """One command per experiment; its options are the dataclass of the experiment."""

    act: Act
    more: Sequence[click.Parameter] = ()

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The experiments, then what else there is."""
        return [*NAMES, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A named command, or one made for the experiment of that name or path."""
        return super().get_command(ctx, cmd_name) or command(find(cmd_name), self.act, self.more)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A user's own file may import Keras, so what must be set before that is set first."""
        if (
            args
            and is_path(args[0])
            and experiment_file.imports_keras_for_options(experiment_file.locate(args[0]))
        ):
            tensorflow_setup.prepare(_early(args[1:]))
            tensorflow_setup.import_tensorflow()
        return super().resolve_command(ctx, args)


def command(
    experiment: Experiment, act: Act, more: Sequence[click.Parameter] = ()
) -> click.Command:
    """A command whose flags are the fields of the experiment's options.

    Args:
        experiment: The experiment.
        act: What the command does.
        more: Parameters of the command itself; ``act`` finds them in click's context.
    """
    flags: list[click.Parameter] = [
        click.Option(
            [spec.flag],
            default=None,
            **(ALONE_IS_TRUE if isinstance(spec.default, bool) else {}),
            metavar=spec.kind.upper().replace("WHOLE NUMBER", "INTEGER"),
            help=f"{spec.meaning}  [default: {_shown(spec.default)}]",
        )
        for spec in specs(experiment.options)
    ]
    own_names = {parameter.name for parameter in more}

    def act_on(**given: str | None) -> None:
        chosen = {k: v for k, v in given.items() if v is not None and k not in own_names}
        options = parse(experiment.options, chosen)
        experiment.check(options)
        ctx = click.get_current_context()
        ctx.exit(act(experiment, options))

    return click.Command(
        experiment.name, params=[*more, *flags], callback=act_on, help=experiment.question
    )


def train(experiment: Experiment, options: RunOptions) -> int:
    """Train one run here."""
    return EXIT_CODES[train_here(experiment, options).state]


class _Training(Catalog):
    act = staticmethod(train)


@click.group(name="run", cls=_Training, context_settings={"help_option_names": ["-h", "--help"]})
def run() -> None:
    """Train one network once and record the run.

    NAME is one of these experiments, or the path of a file of your own.
    """


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def new(file: Path) -> None:
    """Write FILE, a commented experiment of your own that runs as it is."""
    target = template.write(file)
    click.echo(f"wrote {target}; it runs:\n  seedbed run {target} --seed 7")


def print_random_sources(experiment: Experiment, options: RunOptions) -> int:
    """Print where the network's random numbers come from."""
    seeds, rows = random_sources.describe(experiment, options)
    words = ", ".join(f"{source} {seed}" for source, seed in seeds.asdict().items())
    click.echo(f"{experiment.name}, the seed of each source: {words}\n")
    click.echo(random_sources.table(rows))
    click.echo(
        "\nThe order of the training examples in epoch e follows from the order seed and e alone; "
        "the split seed decides which examples train and which validate."
    )
    return 0


def check_bits(experiment: Experiment, options: RunOptions) -> int:
    """Train the cell several times and compare."""
    against = click.get_current_context().params["against"]
    if against is None:
        return 0 if verify_bits(experiment, options, click.echo) else 1
    recorded = _recorded(against)
    return 0 if verify_against(experiment, options, recorded, click.echo) else 1


class _Description(Catalog):
    act = staticmethod(print_random_sources)


class _Verification(Catalog):
    act = staticmethod(check_bits)
    more = (
        click.Option(["--against"], metavar="RUN", help="Compare with this recorded run (its id)."),
    )


@click.group(name="describe", cls=_Description)
def describe() -> None:
    """Show which seed each layer, mask and shuffle gets."""


@click.group(name="verify", cls=_Verification)
def verify() -> None:
    """Train a cell in four ways and compare the bits.

    Exit code: 0 if they are the same, 1 if not.
    """


def _recorded(run_id: str) -> Recorded:
    """A run from the store.

    Raises:
        InputError: There is none, or it did not finish.
        StoreError: The store cannot be reached.
    """
    store = Store()
    store.check()
    found = find_run(store, run_id)
    if found is None or found.fingerprint is None:
        raise InputError(
            f"--against must name a finished run by its id, got {run_id}: the ids stand in the "
            "MLflow UI (`make ui`)."
        )
    return Recorded(
        fingerprint=found.fingerprint,
        params=dict(found.params),
        environment=dict(found.environment),
        weights_by_epoch=found.weights_by_epoch,
    )


def _early(arguments: list[str]) -> RunOptions:
    """What must be known before TensorFlow is imported, picked out of the command line."""
    given: dict[str, object] = {}
    for name in ("onednn", "threads"):
        for at, argument in enumerate(arguments):
            flag, _, value = argument.partition("=")
            if flag == f"--{name}":
                given[name] = value or (arguments[at + 1] if at + 1 < len(arguments) else "true")
    return parse(RunOptions, given)


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
