"""A driver that asks a strategy: pruned cells, added cells, an early end; then a lost claim."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from seedbed.sweeps.design.design import Cell, Design, load
from seedbed.sweeps.driver.loop.driver import Driver
from seedbed.sweeps.driver.loop.running_cell import Limits
from seedbed.sweeps.executors.in_process import InProcess
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.recovery import recover
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.sweeps.strategies.protocol import FixedDesign, Strategy, SweepState
from seedbed.system.processes.process_identity import Owner
from seedbed.tracking.store import Store
from seedbed.tracking.writing.background_delivery import Deliverer
from seedbed.tracking.writing.deliver import TOO_LATE
from seedbed.tracking.writing.run_folder import RunFolder
from tests.support.waiting import HEADER, a_finished_folder

Write = Callable[..., Path]


class _PruneLongOnes(FixedDesign):
    """Gives up every cell of 1,000 epochs after its second; adds a short one, then ends."""

    adaptive = True
    needs_curves = True

    def __init__(self, short: Design) -> None:
        self.short = short

    def more(self, progress: SweepState) -> Sequence[Cell]:
        pruned = "pruned" in progress.standings.values()
        return self.short.cells[:2] if pruned else ()

    def finished(self, progress: SweepState) -> str | None:
        return "one result is enough" if progress.scores else None

    def prune(self, cell: Cell, progress: SweepState) -> str | None:
        curve = progress.curves.get(cell.id, {})
        return "it is hopeless" if cell.options.epochs == 1000 and len(curve) >= 2 else None


def drive(
    design: Design, store: Store, pool: LocalPool, strategy: Strategy
) -> tuple[Ledger, list[str]]:
    deliverer = Deliverer(store, every_s=0.1)
    ledger = Ledger.open(design, strategy=strategy)
    driver = Driver(
        design,
        ledger,
        pool,
        deliverer,
        parent_run_id="0" * 32,
        limits=Limits(lambda: 1),
        strategy=strategy,
    )
    ended: list[str] = []
    assert driver.run(lambda items: ended.extend(item.outcome.state for item in items))
    assert deliverer.close() == []
    return ledger, ended


def test_cells_are_pruned_and_added_and_the_sweep_ends_early(
    write_design: Write, store: Store, pool: LocalPool
) -> None:
    design = load(write_design(seeds=1, epochs=1000))
    strategy = _PruneLongOnes(load(write_design("short", seeds=2)))
    ledger, ended = drive(design, store, pool, strategy)
    with closing(ledger):
        assert ended == ["pruned", "finished"]
        assert Counter(ledger.standings().values()) == {"pruned": 1, "done": 1, "waiting": 1}
        assert ledger.notes.early_end == "one result is enough"
        assert ledger.sweep_state().test_examples == 600, "the test set of digits"
    runs = {run.data.tags["state"]: run for run in store.runs("tags.kind = 'run'")}
    assert runs["pruned"].info.status == "KILLED"
    assert runs["pruned"].data.tags["reason"] == "it is hopeless"
    assert runs["finished"].info.status == "FINISHED"


def test_a_result_that_comes_after_its_claim_was_given_away_is_delivered_as_stopped(
    write_design: Write, store: Store, store_path: Path
) -> None:
    design = load(write_design(seeds=1))
    (cell,) = design.cells
    dead = {**Owner.this().asdict(), "started": -1}
    fields = {**vars(HEADER), "cell": cell.id, "sweep": design.name, "owner": dead}
    folder = a_finished_folder(store_path / "runs", type(HEADER)(**fields))
    with closing(Ledger.open(design)) as ledger:
        first = ledger.claim()
        assert first is not None
        ledger.starts(first, HEADER.delivery)
        ledger.lost(first.trial_id, "its lease expired")
        second = ledger.claim()
        assert second is not None
        ledger.done(second.trial_id, 0.5)
        (orphan,) = recover(ledger, store_path / "runs", design.name)
    assert RunFolder(folder.path).counted() is False
    deliverer = Deliverer(store, every_s=0.1)
    deliverer.add(orphan)
    assert deliverer.close() == []
    (run,) = store.runs("tags.kind = 'run'")
    assert (run.info.status, run.data.tags["state"]) == ("KILLED", "stopped")
    assert run.data.tags["reason"] == TOO_LATE


def test_a_result_that_a_killed_driver_left_counts_and_is_delivered(
    write_design: Write, store: Store, store_path: Path
) -> None:
    design = load(write_design(seeds=1))
    (cell,) = design.cells
    with closing(Ledger.open(design)) as ledger:
        claim = ledger.claim()
        assert claim is not None
        dead = {**Owner.this().asdict(), "started": -1}
        storage = open_storage(design.name, None).storage
        storage.set_trial_user_attr(claim.trial_id, "owner", dead)
        ledger.starts(claim, HEADER.delivery)
        fields = {**vars(HEADER), "cell": cell.id, "sweep": design.name, "owner": dead}
        a_finished_folder(store_path / "runs", type(HEADER)(**fields))
        (orphan,) = recover(ledger, store_path / "runs", design.name)
        assert ledger.scores() == {cell.id: 0.9}
        assert ledger.fingerprints() == {cell.id: "ff"}
    deliverer = Deliverer(store, every_s=0.1)
    deliverer.add(orphan)
    assert deliverer.close() == []
    (run,) = store.runs("tags.kind = 'run'")
    assert run.data.tags["state"] == "finished"


def test_any_executor_will_do(write_design: Write, store: Store) -> None:
    """In one process; the cells fail at once, because this process must not train."""
    design = load(write_design(seeds=2))
    broken = replace(design, reference="nothing")
    deliverer = Deliverer(store, every_s=0.1)
    ledger = Ledger.open(design)
    driver = Driver(
        broken, ledger, InProcess(), deliverer, parent_run_id="0" * 32, limits=Limits(lambda: 1)
    )
    states: list[str] = []
    assert driver.run(lambda items: states.extend(item.outcome.state for item in items))
    deliverer.close()
    assert states == ["failed", "failed"]
    assert all("There is no experiment 'nothing'" in r for r in ledger.reasons().values())
