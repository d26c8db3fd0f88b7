"""How far a sweep is: done, running, failed and left."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from seedbed.sweeps.ledger.reader import LedgerReader
from seedbed.sweeps.ledger.storages.storage import LedgerTrial
from seedbed.sweeps.ledger.trial_attributes import LOST, NAME, OWNER, REASON, TRY
from seedbed.system.processes.process_identity import Owner
from seedbed.tracking.cell_counts import CellCounts
from seedbed.tracking.foreign_values import count_of


@dataclass(frozen=True)
class RunningSummary:
    """A cell that runs now.

    Attributes:
        name: Readable name of the cell.
        host: Host of its driver; empty while it is only just claimed.
        pid: Process id of its driver.
        since: When it was claimed, ISO 8601, UTC.
        seconds: Seconds since then.
    """

    name: str
    host: str
    pid: int
    since: str
    seconds: float


@dataclass(frozen=True)
class FailedSummary:
    """A cell that is not tried again.

    Attributes:
        name: Readable name of the cell.
        reason: Why its last try failed.
        tries: How often it was tried.
    """

    name: str
    reason: str
    tries: int


@dataclass(frozen=True)
class Status:
    """How far a sweep is.

    Attributes:
        sweep: Its name.
        ledger: Where its ledger is, without a password.
        cells: How many it has.
        done: How many have their result.
        pruned: How many were stopped early by the sweep's rule.
        left: How many wait.
        running: Those that run now.
        failed: Those that are not tried again.
        early_end: Why it ended although cells wait, or None.
    """

    sweep: str
    ledger: str
    cells: int
    done: int
    pruned: int
    left: int
    running: tuple[RunningSummary, ...]
    failed: tuple[FailedSummary, ...]
    early_end: str | None

    def as_json(self) -> str:
        """The status as one JSON object."""
        return json.dumps(asdict(self), indent=1)


def read_status(ledger: LedgerReader) -> Status:
    """Read from a ledger how far its sweep is."""
    tally = ledger.tally()
    counts = ledger.counts(tally.counts.elements())
    return Status(
        sweep=ledger.name,
        ledger=ledger.place,
        cells=counts.cells,
        done=counts.done,
        pruned=counts.pruned,
        left=counts.left,
        running=tuple(map(_running, tally.running)),
        failed=tuple(map(_failed, tally.failed)),
        early_end=ledger.notes.early_end,
    )


def _running(trial: LedgerTrial) -> RunningSummary:
    owner = _owner(trial)
    since = trial.started or datetime.now(UTC)
    return RunningSummary(
        name=trial.attrs[NAME],
        host=owner.host if owner else "",
        pid=owner.pid if owner else 0,
        since=since.isoformat(timespec="seconds"),
        seconds=round(max(0.0, (datetime.now(UTC) - since).total_seconds()), 1),
    )


def _owner(trial: LedgerTrial) -> Owner | None:
    """The driver; None while the cell is only just claimed, or if the note is not ours."""
    try:
        return Owner.parse(trial.attrs[OWNER])
    except (KeyError, ValueError):
        return None


def _failed(trial: LedgerTrial) -> FailedSummary:
    return FailedSummary(
        trial.attrs[NAME],
        str(trial.attrs.get(REASON, "")),
        count_of(trial.attrs.get(TRY)) + count_of(trial.attrs.get(LOST)) + 1,
    )


def show(status: Status) -> str:
    """A few lines for people."""
    running, failed = len(status.running), len(status.failed)
    counts = CellCounts(status.cells, status.done, running, failed, status.pruned)
    lines = [f"{status.sweep}: {counts.words()}"]
    lines += [f"  running  {cell.name}  {_where(cell)}" for cell in status.running]
    lines += [
        f"  failed   {cell.name}  {cell.reason} (tried {_times(cell.tries)})"
        for cell in status.failed
    ]
    if status.early_end:
        lines.append(f"  ended early: {status.early_end}")
    return "\n".join(lines)


def _where(cell: RunningSummary) -> str:
    since = datetime.fromisoformat(cell.since).astimezone()
    where = f"on {cell.host}, driver {cell.pid}, " if cell.host else ""
    return f"{where}since {since:%Y-%m-%d %H:%M:%S} ({cell.seconds:.0f} s)"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
