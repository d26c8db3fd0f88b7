"""A sweep of tiny runs: a real driver, ledger, store and delivery, and no training."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from seedbed.sweeps.design.design import Design, load
from seedbed.sweeps.driver import run_sweep as driver_module
from seedbed.sweeps.driver.loop import driver
from seedbed.sweeps.driver.settings import SweepResult, SweepSettings
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.sweeps.ledger import leases
from seedbed.sweeps.ledger.ledger import MAX_TRIES
from seedbed.sweeps.ledger.reader import LedgerReader
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.tracking.store import Store
from seedbed.tracking.writing import run_folder
from tests.faults.tiny_run import fingerprint_of, tiny_run

PATIENCE_S = 20.0
"""How long a driver waits for a ledger that is away."""


class TinyExecutor(Executor):
    """Runs tiny runs in place of what is submitted, in this process."""

    def submit(self, _task: Callable[..., Any], /, *given: Any, **_named: Any) -> Future[Any]:
        """Run it now; what it raises is in the future, as with every executor."""
        future: Future[Any] = Future()
        try:
            future.set_result(tiny_run(*given))
        except OSError as error:
            future.set_exception(error)
        return future


class TinyPool(Executor):
    """Runs tiny runs in processes of a real pool, in place of what is submitted."""

    def __init__(self) -> None:
        self.pool = LocalPool(2, (tiny_run.__module__,))

    def submit(self, _task: Callable[..., Any], /, *given: Any, **_named: Any) -> Future[Any]:
        """Run it in a process of its own."""
        return self.pool.submit(tiny_run, *given)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Close the pool."""
        self.pool.shutdown(wait, cancel_futures=cancel_futures)


Chosen = tuple[Executor, Callable[[], int], list[str]]


@contextmanager
def tiny_executor(*_given: object) -> Iterator[Chosen]:
    """Stands in for ``choose_executor``."""
    yield TinyExecutor(), lambda: 1, []


@contextmanager
def tiny_pool(*_given: object) -> Iterator[Chosen]:
    """The same, with processes."""
    pool = TinyPool()
    try:
        yield pool, lambda: 2, []
    finally:
        pool.shutdown(cancel_futures=True)


def write_file(folder: Path, seeds: int) -> Path:
    """The sweep's file."""
    path = folder / "tiny.yaml"
    path.write_text(
        "question: q?\nexperiment: mnist_cnn\nconfigurations: {batch_size: [64]}\n"
        f"options: {{dataset: digits, epochs: 2}}\nseeds: {seeds}\n"
    )
    return path


def run(
    file: Path,
    ledger: str | None = None,
    executor: Callable[..., AbstractContextManager[Chosen]] = tiny_executor,
    tries: int = MAX_TRIES,
) -> SweepResult:
    """Run the sweep, or go on with it; the environment names its stores."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(driver_module, "choose_executor", executor)
        patch.setattr(driver, "TICK_S", 0.01)
        patch.setattr(driver, "RECOVER_S", 0.2)
        patch.setattr(leases, "UNMARKED_S", 1.0)
        settings = SweepSettings(
            style="quiet", patience_s=PATIENCE_S, ledger=ledger, max_tries=tries
        )
        return driver_module.run_sweep(load(file), 1, settings)


def damage(file: Path, store_path: Path, ledger: str | None = None) -> list[str]:
    """What is not as it must be after the sweep; empty if each cell counts once."""
    design, store = load(file), Store()
    runs = list(store.runs("tags.kind = 'run'"))
    found = _wrong_runs(design, [run for run in runs if run.data.tags["state"] == "finished"])
    left = [run.info.run_name for run in store.runs("attributes.status = 'RUNNING'")]
    found += [f"still RUNNING: {name}" for name in left]
    with closing(LedgerReader(open_storage(design.name, ledger, create=False))) as reader:
        standings = Counter(reader.standings().values())
    if standings != {"done": len(design.cells)}:
        found.append(f"the ledger says {dict(standings)}")
    with pytest.MonkeyPatch.context() as patch:  # as if a minute had passed
        patch.setattr(run_folder, "UNMADE_S", -1.0)
        run_folder.drop_unmade(store_path / "runs")
    files = [path.name for path in (store_path / "runs").iterdir()]
    return found + [f"left in runs: {name}" for name in files]


def _wrong_runs(design: Design, finished: list[Any]) -> list[str]:
    by_cell: dict[str, list[str]] = {cell.id: [] for cell in design.cells}
    for one in finished:
        by_cell.setdefault(one.data.tags["cell"], []).append(one.data.tags["fingerprint"])
    expected = {cell.id: [fingerprint_of(cell.params)] for cell in design.cells}
    return [] if by_cell == expected else [f"finished runs are {by_cell}, not {expected}"]
