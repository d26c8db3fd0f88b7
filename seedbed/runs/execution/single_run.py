"""One run, trained in this process and recorded in MLflow."""

import os
import shlex
import shutil
import time
from collections.abc import Mapping

from seedbed.analysis.wording import percent
from seedbed.runs.execution.catalog import Experiment
from seedbed.runs.execution.cell import run_cell
from seedbed.runs.recording.outcome import Outcome
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.environment import commit_and_state
from seedbed.runs.settings.options import RunOptions, as_params, cell_id
from seedbed.runs.settings.seeds import derive
from seedbed.system.errors import InputError, StoreError
from seedbed.system.paths import store_folder
from seedbed.system.processes.gc_pause import lasting
from seedbed.system.processes.process_identity import Owner
from seedbed.system.text.masking import masked
from seedbed.system.text.printing import print_as_is, print_lines, print_text
from seedbed.system.text.terminal_lines import link
from seedbed.system.text.typed_path import typed_path
from seedbed.tracking import schema
from seedbed.tracking.store import Store
from seedbed.tracking.ui_links import run_link
from seedbed.tracking.writing.background_delivery import Deliverer
from seedbed.tracking.writing.deliver import deliver, run_id_of
from seedbed.tracking.writing.run_folder import RunFolder
from seedbed.tracking.writing.run_header import RunHeader

EXIT_CODES = {"finished": 0, "failed": 1, "stopped": 130, "killed": 137}


def train_here(experiment: Experiment, options: RunOptions) -> Outcome:
    """Train one cell in this process; its record is delivered while it trains."""
    store = Store()
    store.check()
    tensorflow_setup.may_use(tensorflow_setup.usable_cores())
    tensorflow_setup.prepare(options)
    folder = RunFolder.create(store_folder("runs"), _header(experiment, options))
    _deliver_header(folder, store)
    run_id = run_id_of(folder)
    deliverer = Deliverer(store)
    deliverer.add(folder)
    print_text(f"{experiment.name} {folder.header.name} cell {folder.header.cell}")
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
    _say(outcome, store, experiment, run_id)
    if waiting:
        raise StoreError(
            f"{deliverer.trouble or 'The record was not delivered.'} The run's record is kept in "
            f"{folder.path} and is delivered by the next sweep."
        )
    return outcome


def _reference(experiment: Experiment) -> str:
    """What a command takes for the experiment."""
    if experiment.path is None:
        return experiment.name
    return shlex.quote(typed_path(experiment.path))


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
        print_text(
            f"epoch {epoch:>{len(str(self._epochs))}}/{self._epochs}"
            f"  train loss {metrics[schema.TRAIN_LOSS]:.4f}"
            f"  validation accuracy {percent(metrics[schema.VAL_ACCURACY])}{left}"
        )


def ui_of(store: Store, experiment: Experiment, run_id: str | None) -> str:
    """Where MLflow's UI shows the run: its address, or the command that opens the UI."""
    if not store.is_served or run_id is None:
        return "seedbed ui"
    address = run_link(store.uri, store.experiment_id(experiment.name), run_id)
    return link(address, address)


def _say(outcome: Outcome, store: Store, experiment: Experiment, run_id: str | None) -> None:
    if outcome.state != "finished":
        for note in outcome.notes:
            print_text(note, error=True)
        print_text(f"The run {outcome.state}: {outcome.reason}.", error=True)
        return
    metrics: Mapping[str, float] = outcome.metrics
    resumed = metrics[schema.RESUMED_EPOCHS]
    if resumed:
        print_text(f"{resumed:.0f} epochs were taken over from an earlier try of this cell")
    for note in outcome.notes:
        print_text(note, error=True)
    if outcome.table:
        print_lines(outcome.table)
    last = metrics[schema.TEST_ACCURACY_LAST]
    print_lines(
        f"test accuracy {percent(metrics[schema.TEST_ACCURACY])} "
        f"at epoch {metrics[schema.BEST_EPOCH]:.0f}, "
        f"chosen on validation data ({percent(last)} after the last)\n"
        f"fingerprint {outcome.fingerprint}\n"
        f"recorded in {masked(store.uri)}; one run does not show how much the accuracy varies: "
        f"seedbed sweep {_reference(experiment)} --seeds 5"
    )
    print_as_is(f"MLflow UI  {ui_of(store, experiment, run_id)}")
