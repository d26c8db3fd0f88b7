"""Rows of Optuna's tables as the ledger's tries, and their count as a tally."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TypedDict

from seedbed.sweeps.ledger.standings import RANK
from seedbed.sweeps.ledger.storages.storage import LedgerTrial, is_cell
from seedbed.sweeps.ledger.storages.tally import Tally, tally_of
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.sweeps.ledger.trial_attributes import CELL
from seedbed.sweeps.strategies.protocol import Standing

Curves = Mapping[int, Mapping[int, float]]


class TryRow(TypedDict):
    """A row of ``READ_TRIALS``."""

    trial_id: int
    number: int
    state: str
    attrs: Mapping[str, str] | None
    value: float | None
    datetime_start: datetime | None
    datetime_complete: datetime | None


class CurveRow(TypedDict):
    """A row of ``READ_CURVES``."""

    trial_id: int
    step: int
    intermediate_value: float


class RankRow(TypedDict):
    """A row of ``COUNT_CELLS``."""

    rank: int
    number: int
    cells: list[str] | None


def tries_of(rows: Iterable[TryRow], curves: Curves) -> list[LedgerTrial]:
    """The tries of cells.

    Args:
        rows: Of ``READ_TRIALS``.
        curves: The storage's id of a try → epoch → validation accuracy.
    """
    return [
        LedgerTrial(
            row["trial_id"],
            row["number"],
            TrialState[row["state"]],
            attrs,
            row["value"],
            _utc(row["datetime_start"]),
            _utc(row["datetime_complete"]),
            curves.get(row["trial_id"], {}),
        )
        for row in rows
        if is_cell(attrs := dict(readable((row["attrs"] or {}).items())))
    ]


def curves_of(rows: Iterable[CurveRow]) -> Curves:
    """The epochs of each try, from the rows of ``READ_CURVES``."""
    points: dict[int, dict[int, float]] = {}
    for row in rows:
        points.setdefault(row["trial_id"], {})[row["step"]] = row["intermediate_value"]
    return points


def tally_of_ranks(
    ranks: Iterable[RankRow], tries: Callable[[list[TrialState]], list[LedgerTrial]]
) -> Tally:
    """The tally of what the database counted.

    Args:
        ranks: Rows of ``COUNT_CELLS``.
        tries: Reads the tries in some states.
    """
    counts: Counter[Standing] = Counter()
    cells: set[str] = set()
    for row in ranks:
        counts[RANK[row["rank"]]] = row["number"]
        cells |= {json.loads(cell) for cell in row["cells"] or ()}
    failed = tries([TrialState.FAIL]) if cells else []
    judged = tally_of([one for one in failed if one.attrs[CELL] in cells])
    counts["failed"] = 0  # some of them wait for their next try
    return Tally(counts + judged.counts, tuple(tries([TrialState.RUNNING])), judged.failed)


def readable(notes: Iterable[tuple[str, str]]) -> Iterator[tuple[str, object]]:
    """The notes that are JSON; another writer to the database may have left anything."""
    for key, text in notes:
        with suppress(ValueError, TypeError, RecursionError):
            yield key, json.loads(text)


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
