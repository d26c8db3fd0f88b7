"""``python -m experiments NAME --option …``: one run, trained here and recorded in MLflow."""

import os
import time
from pathlib import Path
from typing import Any

import click

from experiments.catalog import NAMES, Experiment, find
from experiments.cell import Outcome, run_cell
from experiments.environment import commit_and_state
from experiments.numerics import prepare
from experiments.options import RunOptions, as_params, cell_id, parse, specs
from experiments.seeds import derive
from tracking.command import Program
from tracking.delivery import Deliverer
from tracking.errors import StoreError
from tracking.folder import RunFolder, RunHeader
from tracking.owner import Owner
from tracking.places import store_folder
from tracking.store import Store, masked

EXIT_CODES = {"finished": 0, "failed": 1, "stopped": 130, "killed": 137}


class _Catalog(Program):
    """One command per experiment; its options are the dataclass of the experiment."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*NAMES, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or _command(find(cmd_name))


@click.group(cls=_Catalog, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Train one network once, record it in MLflow, and print its score and fingerprint."""


def _command(experiment: Experiment) -> click.Command:
    """A command whose flags are the fields of the experiment's options."""
    parameters: list[click.Parameter] = [
        click.Option(
            [spec.flag],
            default=None,
            metavar=spec.kind.upper().replace("WHOLE NUMBER", "INTEGER"),
            help=f"{spec.meaning}  [default: {_shown(spec.default)}]",
        )
        for spec in specs(experiment.options)
    ]

    def train(**given: str | None) -> None:
        options = parse(experiment.options, {k: v for k, v in given.items() if v is not None})
        experiment.check(options)
        click.get_current_context().exit(EXIT_CODES[_run(experiment, options).state])

    return click.Command(
        experiment.name, params=parameters, callback=train, help=experiment.question
    )


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _run(experiment: Experiment, options: RunOptions) -> Outcome:
    """Train one cell in this process; its record is delivered while it trains."""
    store = Store()
    store.check()
    prepare(options)
    folder = RunFolder.create(store_folder("runs"), _header(experiment, options))
    deliverer = Deliverer(store)
    deliverer.add(folder)
    click.echo(f"{experiment.name} {folder.header.name} cell {folder.header.cell}")
    try:
        outcome = run_cell(
            experiment.name, dict(as_params(options)), str(folder.path), _Progress(options.epochs)
        )
    finally:
        waiting = deliverer.close()
    _say(outcome, store)
    if waiting:
        raise StoreError(
            f"{deliverer.trouble or 'The record was not delivered.'} The run's record is kept in "
            f"{folder.path} and is delivered by the next sweep."
        )
    return outcome


def _header(experiment: Experiment, options: RunOptions) -> RunHeader:
    seeds = derive(options).asdict()
    return RunHeader(
        experiment=experiment.name,
        name=f"{experiment.name} seed={options.seed}",
        cell=cell_id(experiment.name, options, seeds),
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
        click.echo(f"The run {outcome.state}: {outcome.reason}.", err=True)
        return
    metrics: dict[str, Any] = outcome.metrics
    resumed = metrics["resumed_epochs"]
    if resumed:
        click.echo(f"{resumed:.0f} epochs were taken over from an earlier try of this cell")
    for note in outcome.notes:
        click.echo(note, err=True)
    click.echo(
        f"test accuracy {metrics['test_accuracy']:.2%} at epoch {metrics['best_epoch']:.0f}, "
        f"chosen on validation data ({metrics['test_accuracy_last']:.2%} after the last)\n"
        f"fingerprint {outcome.fingerprint}\n"
        f"recorded in {masked(store.uri)}; one run says nothing of its spread: "
        f"{Path('seedbed')} sweeps run sweeps/first.yaml"
    )
