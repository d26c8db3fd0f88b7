"""How often the two configurations of a sweep are looked at: its plan, and the looks so far."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from seedbed.analysis.statistics.stopping.look_steps import steps_to
from seedbed.analysis.statistics.stopping.looks import LookPlan
from seedbed.analysis.statistics.stopping.spending import DEFAULT_SPENDING, SPENT, Spending
from seedbed.system.errors import InputError
from seedbed.tracking.records import SweepRecord

ALPHA = 0.05
"""The type I error of a stop rule that names none."""


def look_plan(sweep: SweepRecord, alpha: float = ALPHA) -> LookPlan | None:
    """How a sweep's comparison is looked at; None where one look at all runs is all there is.

    The stop rule of its file has the looks; a verdict that was given on fewer runs is a look too,
    and so is one that is given while runs are still to come.

    Args:
        sweep: The sweep as recorded.
        alpha: Type I error, where no stop rule decides; one that names none was run at .05.

    Raises:
        InputError: The looks of the recorded stop rule make no sense.
    """
    begun = {run.cell or run.run_id for run in sweep.runs}
    is_open = len(begun) < sweep.planned or any(run.state == "running" for run in sweep.runs)
    return plan_of(
        sweep.stop,
        name=sweep.name,
        spent=sweep.looks,
        planned=sweep.planned,
        is_open=is_open,
        alpha=alpha,
    )


def plan_of(
    stop: Mapping[str, object],
    *,
    name: str,
    spent: tuple[int, ...],
    planned: int,
    is_open: bool,
    alpha: float = ALPHA,
) -> LookPlan | None:
    """The same from what a record says of the sweep.

    Args:
        stop: Its stop rule as recorded; empty without one.
        name: Its name.
        spent: Numbers of runs at which a verdict was given.
        planned: Runs of the design.
        is_open: Whether runs are still to come.
        alpha: Type I error, where no stop rule decides.

    Raises:
        InputError: The looks of the recorded stop rule make no sense.
    """
    comparison, anytime = stop.get("comparison"), stop.get("anytime")
    if isinstance(comparison, Mapping):
        return _planned(comparison, name, planned, spent)
    if isinstance(anytime, Mapping):
        return LookPlan(alpha=_number(anytime.get("alpha"), ALPHA), spent=spent, open=True)
    return LookPlan(alpha=alpha, spent=spent, open=is_open) if spent or is_open else None


def _planned(given: Mapping[str, Any], name: str, planned: int, spent: tuple[int, ...]) -> LookPlan:
    looks = given.get("looks") or steps_to(max(planned // 2, 2))
    if not _increase(looks):
        raise InputError(
            f"the stop rule of {name!r} is damaged: its looks must be numbers of pairs that "
            f"increase from 2, got {looks!r}"
        )
    spending = given.get("spending", "obrien_fleming")
    known: Spending = spending if spending in SPENT else DEFAULT_SPENDING
    return LookPlan(
        tuple(looks),
        _number(given.get("alpha"), ALPHA),
        known,
        futility=bool(given.get("futility", True)),
        spent=spent,
    )


def _increase(looks: object) -> bool:
    """Whether the looks are whole numbers of 2 or more, each larger than the last."""
    if not isinstance(looks, list | tuple) or any(type(look) is not int for look in looks):
        return False
    return looks[0] >= 2 and all(one < later for one, later in pairwise(looks))


def _number(given: object, default: float) -> float:
    return float(given) if isinstance(given, int | float) and 0 < given < 1 else default
