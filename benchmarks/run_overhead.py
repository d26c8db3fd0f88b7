"""Seconds that a run spends on anything but training: until it starts, and to record it.

    .venv/bin/python -m benchmarks.run_overhead [ROUNDS [EXPERIMENT…]]

Runs are forked as in a sweep, from a server that has TensorFlow loaded; the data are in the store's
cache, and the MLflow store is a local SQLite file that has been opened before. *Start* is from the
request of a process to the call of ``train``: data loaded and checked, network built. *First step*
is to the end of the first training step, as the third and later runs of a configuration do it, with
what earlier ones traced; *traced* is the same where nothing was kept. *Recording* is what
a run adds to training: noting each epoch and keeping its checkpoint, then scores, predictions,
pictures and saved models, and the delivery of all this to MLflow. Each figure is the median of
ROUNDS runs (default 5), the largest in brackets. With experiments named, only their first steps
are printed, with and without kept traces.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seedbed.runs.custom import template
from seedbed.runs.execution.catalog import find
from seedbed.runs.execution.cell import run_cell
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.environment import version
from seedbed.runs.settings.options import RunOptions, as_params, cell_id, parse
from seedbed.runs.settings.processor import processor
from seedbed.runs.settings.seeds import derive
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.paths import store_folder
from seedbed.system.processes.process_identity import Owner
from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import deliver
from seedbed.tracking.writing.run_folder import RunFolder
from seedbed.tracking.writing.run_header import RunHeader

OWN = "a user's own"
WARM = 2
"""Rounds before the measured ones, which fill caches and leave their traces."""
CASES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "`mnist_cnn`": ("mnist_cnn", {}, {"epochs": 5}),
    "`mnist_cnn`, Fashion-MNIST": (
        "mnist_cnn",
        {"dataset": "fashion_mnist"},
        {"train_size": 640, "epochs": 2},
    ),
    "`mnist_deep_cnn`": ("mnist_deep_cnn", {"batch_norm": True}, {"train_size": 320, "epochs": 2}),
    "`transport_cnn`": ("transport_cnn", {}, {"train_size": 640, "epochs": 2}),
    "`verification_cnn`": ("verification_cnn", {}, {"epochs": 10}),
    "a user's own (the template)": (OWN, {}, {"epochs": 10}),
}
"""Name → experiment, options, and what makes the recorded run short; the start is of the whole."""


class _ReachedError(BaseException):
    """The run is where it was to be followed to."""


@dataclass
class _Clock:
    """Adds up the time that calls of a function take, and when the last one began and ended."""

    seconds: float = 0.0
    began: float = 0.0
    ended: float = 0.0
    calls: int = 0
    _spans: list[float] = field(default_factory=list)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed."""

        def timed(*arguments: Any, **named: Any) -> Any:
            self.began = time.monotonic()
            try:
                return function(*arguments, **named)
            finally:
                self.ended = time.monotonic()
                self.seconds += self.ended - self.began
                self.calls += 1

        return timed


def _start(reference: str, given: Mapping[str, Any], folder: str) -> float:
    """When training begins, on the system's monotonic clock; in a fork."""
    from seedbed.runs.training import train

    def reached(*_: Any, **__: Any) -> None:
        raise _ReachedError

    clock = _Clock()
    train.train = clock.around(reached)
    try:
        run_cell(reference, dict(given), folder)
    except _ReachedError:
        return clock.began
    raise RuntimeError("the run did not get as far as training")


def _first_step(reference: str, given: Mapping[str, Any], folder: str) -> float:
    """When the first training step has been done; in a fork."""
    from seedbed.runs.training import epoch_loop

    whole = epoch_loop.Loop.run

    def one_step(self: epoch_loop.Loop, epoch: int, *_: Any) -> None:
        whole(self, epoch, 0, 1)
        raise _ReachedError

    clock = _Clock()
    epoch_loop.Loop.run = clock.around(one_step)  # type: ignore[method-assign]
    try:
        run_cell(reference, dict(given), folder)
    except _ReachedError:
        return clock.ended
    raise RuntimeError("the run did not get as far as training")


def _traced_first_step(reference: str, given: Mapping[str, Any], folder: str) -> float:
    """The same without the traces of other runs; in a fork."""
    from seedbed.runs.training import trace_files

    trace_files.TraceFiles.read = lambda *_: None  # type: ignore[method-assign]
    trace_files.TraceFiles.write = lambda *_: None  # type: ignore[method-assign]
    return _first_step(reference, given, folder)


def _record(reference: str, given: Mapping[str, Any], folder: str) -> tuple[float, float]:
    """Seconds spent on recording: after each epoch, in all, and after training; in a fork."""
    from seedbed.runs.training import checkpoints, train

    noted, kept, trained = _Clock(), _Clock(), _Clock()
    RunFolder.epoch = noted.around(RunFolder.epoch)  # type: ignore[method-assign]
    checkpoints.Checkpoint.save = kept.around(  # type: ignore[method-assign]
        checkpoints.Checkpoint.save
    )
    train.train = trained.around(train.train)
    outcome = run_cell(reference, dict(given), folder)
    after = time.monotonic() - trained.ended
    if outcome.state != "finished":
        raise RuntimeError(outcome.reason)
    return noted.seconds + kept.seconds, after


def main(rounds: int) -> None:
    """Measure every case and print a table."""
    print(
        f"{os.cpu_count()} cores, {processor().name}; TensorFlow {version('tensorflow')}, "
        f"Keras {version('keras')}; load {os.getloadavg()[0]:.1f} at the start; "
        f"median of {rounds} runs, the largest in brackets; seconds"
    )
    print(
        "| experiment | start | first step | traced | each epoch's record | after training "
        "| delivery | recording |\n| --- | --- | --- | --- | --- | --- | --- | --- |"
    )
    with bench(rounds) as (measure, own):
        for name, (reference, given, short) in CASES.items():
            found = measure(own if reference == OWN else reference, given, short)
            print(f"| {name} | " + " | ".join(map(_cell, found)) + " |", flush=True)


def first_steps(rounds: int, experiment: str = "mnist_cnn") -> float:
    """First step with kept traces, in that of a run that traces, both from the data on.

    Medians of seconds from when data and network are there; the ratio of the seconds from the
    request of a process is printed beside it. ``mnist_cnn`` is trained on digits.
    """
    short = next(short for reference, _, short in CASES.values() if reference == experiment)
    given = {"dataset": "digits"} if experiment == "mnist_cnn" else {}
    with bench(rounds) as (measure, _):
        start, kept, traced, *_ = measure(experiment, given, short)
    began, later, first = map(statistics.median, (start, kept, traced))
    print(
        f"{experiment}: start {_cell(start)} s; first step {_cell(kept)} s, traced "
        f"{_cell(traced)} s from the request of a process, ratio {later / first:.3f}; from the "
        f"data on {(later - began) / (first - began):.3f}; n = {rounds}",
        flush=True,
    )
    return (later - began) / (first - began)


Measure = Callable[[str, Mapping[str, Any], Mapping[str, Any]], list[tuple[float, ...]]]


@contextmanager
def bench(rounds: int) -> Iterator[tuple[Measure, str]]:
    """What measures a case in an empty store, and a user's own experiment there."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SEEDBED_STORE"] = os.environ.get("SEEDBED_STORE") or f"{folder}/store"
        os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder}/mlflow.db"
        own = str(template.write(Path(folder) / "my_cnn.py"))
        tensorflow_setup.prepare(RunOptions())
        with LocalPool(1) as pool:
            yield _Bench(pool, Store(), rounds).measure, own


@dataclass(frozen=True)
class _Bench:
    pool: LocalPool
    store: Store
    rounds: int

    def measure(
        self, reference: str, given: Mapping[str, Any], short: Mapping[str, Any]
    ) -> list[tuple[float, ...]]:
        """Seconds of each round, column by column."""
        rows = []
        for number in range(self.rounds + WARM):
            options = {**given, "seed": number}
            began = time.monotonic()
            start = self.in_fork(_start, reference, options)[0] - began
            began = time.monotonic()
            first = self.in_fork(_first_step, reference, options)[0] - began
            began = time.monotonic()
            traced = self.in_fork(_traced_first_step, reference, options)[0] - began
            (during, after), folder = self.in_fork(_record, reference, {**options, **short})
            began = time.monotonic()
            deliver(folder, self.store)
            delivery = time.monotonic() - began
            whole = during + after + delivery
            rows.append((start, first, traced, during / short["epochs"], after, delivery, whole))
        return list(zip(*rows[WARM:], strict=True))

    def in_fork(
        self, what: Callable[..., Any], reference: str, given: Mapping[str, Any]
    ) -> tuple[Any, RunFolder]:
        """What a function of (experiment, options, run folder) returns, and the folder."""
        experiment = find(reference)
        options = parse(experiment.options, given)
        seeds = derive(options).asdict()
        header = RunHeader(
            experiment=experiment.name,
            name=f"{experiment.name} seed={options.seed}",
            cell=cell_id(experiment.identity, options, seeds),
            params=as_params(options),
            seeds=seeds,
            owner=Owner.this().asdict(),
        )
        folder = RunFolder.create(store_folder("runs"), header)
        arguments = (what, experiment.reference, header.params, str(folder.path))
        return self.pool.submit(*arguments).result(), folder


def _cell(seconds: tuple[float, ...]) -> str:
    return f"{statistics.median(seconds):.3f} ({max(seconds):.3f})"


if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    for chosen in sys.argv[2:]:
        first_steps(n, chosen)
    if not sys.argv[2:]:
        main(n)
