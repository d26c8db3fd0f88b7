"""What a Dask worker does for a sweep: train in a fresh process and send back the record."""

import io
import json
import platform
import tarfile
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from seedbed.runs.execution.catalog import find
from seedbed.runs.execution.cell import run_cell
from seedbed.runs.recording.outcome import Outcome
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.environment import PACKAGES
from seedbed.runs.settings.options import parse
from seedbed.runs.settings.processor import processor
from seedbed.runs.settings.seeds import derive
from seedbed.sweeps.executors import dask_private
from seedbed.sweeps.executors.gpu_shares import shares
from seedbed.sweeps.executors.kept_runs import RUNS
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.sweeps.executors.new_epochs import NewEpochs
from seedbed.system.code_version import code_digest
from seedbed.system.errors import InputError
from seedbed.system.processes.gpus import usable_gpus
from seedbed.tracking.processors import processor_change, processor_in_words
from seedbed.tracking.writing.run_folder import End, Epoch, RunFolder
from seedbed.tracking.writing.run_header import RunHeader

LOOK_S = 0.5

Of = tuple[str, Sequence[Mapping[str, str]]]

_reading = threading.Lock()


@dataclass(frozen=True)
class Trained:
    """The record of a cell that a worker trained, for the driver.

    Attributes:
        delivery: Identity of the driver's run folder.
        outcome: How the run ended.
        events: Every line of the record.
        artifacts: The run's files, as an uncompressed tar archive.
    """

    delivery: str
    outcome: Outcome
    events: tuple[Epoch | End, ...]
    artifacts: bytes


def ping() -> None:
    """Answer, which shows that this module can be imported here."""


def versions(experiment: str, data: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What must be the same on the driver and on every worker.

    Args:
        experiment: Name of the experiment.
        data: Options of one cell for each data set.

    Returns:
        Name → version: the code, Python, packages, and the checksum of each data set.
    """
    with _reading:  # a worker's first tasks all ask at once
        return _versions(experiment, json.dumps([dict(sorted(item.items())) for item in data]))


@cache
def _versions(experiment: str, data: str) -> dict[str, str]:
    found = {"code": code_digest()[:12], "python": platform.python_version()}
    found |= {name: metadata.version(name) for name in PACKAGES}
    for given in json.loads(data):
        known = find(experiment)
        options = parse(known.options, given)
        name = f"data {given.get('dataset', '')}".strip()
        found[name] = known.load(options, derive(options)).sha256
    return found


def refuse_other_versions(mine: Mapping[str, str], theirs: Mapping[str, str], worker: str) -> None:
    """Refuse a cluster with mixed versions: its runs could not be compared.

    Raises:
        InputError: Something differs.
    """
    differing = [name for name in mine if mine[name] != theirs.get(name)]
    if differing:
        what = "; ".join(
            f"{name} {theirs.get(name, 'missing')} there, {mine[name]} here" for name in differing
        )
        raise InputError(
            f"Every worker must have the driver's code, packages and data, but {worker} differs "
            f"({what}): bring it to the same commit and lock, and start it again."
        )


def processor_record() -> dict[str, str]:
    """The processor of this worker, as runs record it."""
    return processor().record


def processor_warning(by_worker: Mapping[str, Mapping[str, str]]) -> str | None:
    """What to say of workers with different processors; None where they are of one kind.

    Args:
        by_worker: Address of a worker → its processor, as runs record it.
    """
    kinds: list[tuple[Mapping[str, str], list[str]]] = []
    for worker, record in sorted(by_worker.items()):
        for first, workers in kinds:
            if processor_change(first, record) is None:
                workers.append(worker)
                break
        else:
            kinds.append((record, [worker]))
    if len(kinds) < 2:
        return None
    what = "; ".join(
        f"{processor_in_words(record)} on {', '.join(workers[:3])}"
        + (f" and {len(workers) - 3} more" if len(workers) > 3 else "")
        for record, workers in kinds
    )
    return (
        f"the cluster has processors of {len(kinds)} kinds ({what}): equal seeds may give other "
        "bits on each. Use workers of one kind where fingerprints matter."
    )


def call(
    fn: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    *,
    expected: Mapping[str, str],
    of: Of,
    memory_limit: int | None,
) -> Any:
    """Run any function in a fresh process here."""
    future = _checked_pool(expected, of, memory_limit).submit(fn, *args, **kwargs)
    key = dask_private.current_key()
    while not wait([future], timeout=LOOK_S).done:
        if not dask_private.is_wanted(key):
            future.cancel()
    return future.result()


def train(
    name: str,
    given: Mapping[str, str],
    header: RunHeader,
    topic: str,
    *,
    expected: Mapping[str, str],
    of: Of,
    memory_limit: int | None,
) -> Trained:
    """Train one cell in a fresh process here, and send its epochs to ``topic`` as they end.

    Raises:
        SchedulerLostError: The scheduler was lost; the run goes on, and is found by its delivery.
    """
    from distributed import get_worker

    pool = _checked_pool(expected, of, memory_limit)
    worker, losses = get_worker(), RUNS.losses
    dask_private.join_again(RUNS.scheduler_lost, RUNS.scheduler_back)

    def start(folder: RunFolder) -> Future[Outcome]:
        return pool.submit(run_cell, name, dict(given), str(folder.path))

    with RUNS.of(header, dask_private.current_key(), start) as run:
        epochs = NewEpochs(run.folder)
        while True:
            has_ended = bool(wait([run.future], timeout=LOOK_S).done)
            for epoch in epochs.read():
                message = {"epoch": epoch.epoch, "metrics": dict(epoch.metrics)}
                worker.log_event(topic, json.dumps({"delivery": header.delivery, **message}))
            RUNS.check(run, losses)
            if has_ended:
                break
        outcome: Outcome = run.future.result()
        events, files = tuple(run.folder.events()), _packed(run.folder.artifacts)
        return Trained(header.delivery, outcome, events, files)


def asked_for(wanted: Collection[str]) -> list[str]:
    """Of these deliveries those whose run went on here while the scheduler was away."""
    return RUNS.asked_for(wanted)


def _checked_pool(expected: Mapping[str, str], of: Of, memory_limit: int | None) -> LocalPool:
    """The pool of this worker, whose server loads TensorFlow while the versions are compared."""
    pool = _pool(of, memory_limit)
    _check(expected, of)
    return pool


def _check(expected: Mapping[str, str], of: Of) -> None:
    """Check this worker; one that joined after the sweep began was not checked at the start."""
    from distributed import get_worker

    refuse_other_versions(expected, versions(*of), get_worker().address)


def _packed(folder: Path) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.add(folder, arcname=".")
    return stream.getvalue()


_pools: dict[tuple[bool, int | None], LocalPool] = {}
_starting = threading.Lock()


def _pool(of: Of, memory_limit: int | None) -> LocalPool:
    """This worker's pool, started on first use: its fork server loads TensorFlow once."""
    from distributed import get_worker

    experiment, data = of
    options = parse(find(experiment).options, dict(data[0]))
    with _starting:
        if any(options.onednn != onednn for onednn, _ in _pools):
            raise InputError(
                f"A worker keeps one setting of onednn, but {get_worker().address} has trained "
                f"with the other than {str(options.onednn).lower()}: start it again."
            )
        key = (options.onednn, memory_limit)
        if key not in _pools:
            tensorflow_setup.prepare(options)
            dask_private.allow_processes()
            slots = dask_private.worker_threads()
            # A core each: other workers may be on this host.
            places = shares(usable_gpus(), "auto", dask_private.runs_at_once(), slots)
            _pools[key] = LocalPool(slots, memory_limit=memory_limit, cores=slots, shares=places)
        return _pools[key]
