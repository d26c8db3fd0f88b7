"""``python -m seedbed run NAME --option …``: one run, trained here and recorded in MLflow."""

import os
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from seedbed.runs.custom import experiment_file, template
from seedbed.runs.custom.experiment_file import is_path
from seedbed.runs.execution.catalog import NAMES, Experiment, find
from seedbed.runs.execution.cell import Outcome, run_cell
from seedbed.runs.reproduce import random_sources
from seedbed.runs.reproduce.verify import Recorded, verify as verify_bits, verify_against
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.environment import commit_and_state
from seedbed.runs.settings.options import RunOptions, as_params, cell_id, parse, specs
from seedbed.runs.settings.seeds import derive
from seedbed.system.cli_program import Program
from seedbed.system.errors import InputError, StoreError
from seedbed.system.gc_pause import lasting
from seedbed.system.masking import masked
from seedbed.system.paths import store_folder
from seedbed.system.process_identity import Owner
from seedbed.system.terminal_escape import inert
from seedbed.tracking.reading.run_lookup import find_run
from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import Deliverer, deliver
from seedbed.tracking.writing.run_folder import RunFolder, RunHeader

EXIT_CODES = {"finished": 0, "failed": 1, "stopped": 130, "killed": 137}


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
    return EXIT_CODES[_run(experiment, options).state]


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


def tell(experiment: Experiment, options: RunOptions) -> int:
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
    act = staticmethod(tell)


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


def _run(experiment: Experiment, options: RunOptions) -> Outcome:
    """Train one cell in this process; its record is delivered while it trains."""
    store = Store()
    store.check()
    tensorflow_setup.may_use(tensorflow_setup.usable_cores())
    tensorflow_setup.prepare(options)
    folder = RunFolder.create(store_folder("runs"), _header(experiment, options))
    _deliver_header(folder, store)
    deliverer = Deliverer(store)
    deliverer.add(folder)
    click.echo(f"{experiment.name} {folder.header.name} cell {folder.header.cell}")
    try:
        with lasting():
            tensorflow_setup.import_tensorflow()
        outcome = run_cell(
            experiment.reference,
            dict(as_params(options)),
            str(folder.path),
            _Progress(options.epochs),
        )
    finally:
        waiting = deliverer.close()
    if outcome.refused:
        raise InputError(outcome.reason or "")
    _say(outcome, store)
    if waiting:
        raise StoreError(
            f"{deliverer.trouble or 'The record was not delivered.'} The run's record is kept in "
            f"{folder.path} and is delivered by the next sweep."
        )
    return outcome


def _deliver_header(folder: RunFolder, store: Store) -> None:
    """Start the run in MLflow; a store that cannot be written is noticed before training."""
    try:
        deliver(folder, store)
    except StoreError:
        shutil.rmtree(folder.path)
        raise


def _header(experiment: Experiment, options: RunOptions) -> RunHeader:
    seeds = derive(options).asdict()
    return RunHeader(
        experiment=experiment.name,
        name=f"{experiment.name} seed={options.seed}",
        cell=cell_id(experiment.identity, options, seeds),
        params=as_params(options),
        seeds=seeds,
        owner=Owner.this().asdict(),
        adopt_run_id=os.environ.get("MLFLOW_RUN_ID"),
        commit=commit_and_state()[0],
    )


class _Progress:
    """One line per epoch: done, of how many, time to go, and the score so far."""

    def __init__(self, epochs: int) -> None:
        self._epochs = epochs
        self._began: float | None = None
        self._first = 0

    def __call__(self, epoch: int, metrics: dict[str, float]) -> None:
        now = time.monotonic()
        if self._began is None:
            self._began, self._first, left = now, epoch, ""
        else:
            seconds = (now - self._began) / (epoch - self._first) * (self._epochs - epoch)
            left = f"  {seconds:.0f} s to go"
        click.echo(
            f"epoch {epoch:>{len(str(self._epochs))}}/{self._epochs}"
            f"  train loss {metrics['train_loss']:.4f}"
            f"  validation accuracy {metrics['val_accuracy']:.2%}{left}"
        )


def _say(outcome: Outcome, store: Store) -> None:
    if outcome.state != "finished":
        for note in outcome.notes:
            click.echo(note, err=True)
        click.echo(inert(f"The run {outcome.state}: {outcome.reason}."), err=True)
        return
    metrics: dict[str, Any] = outcome.metrics
    resumed = metrics["resumed_epochs"]
    if resumed:
        click.echo(f"{resumed:.0f} epochs were taken over from an earlier try of this cell")
    for note in outcome.notes:
        click.echo(note, err=True)
    if outcome.table:
        click.echo(outcome.table)
    click.echo(
        f"test accuracy {metrics['test_accuracy']:.2%} at epoch {metrics['best_epoch']:.0f}, "
        f"chosen on validation data ({metrics['test_accuracy_last']:.2%} after the last)\n"
        f"fingerprint {outcome.fingerprint}\n"
        f"recorded in {masked(store.uri)}; one run says nothing of its spread: "
        "seedbed sweep sweeps/first.yaml"
    )
