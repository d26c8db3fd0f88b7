"""Runs of a sweep without a result, and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from seedbed.analysis.page.views.place import Place
from seedbed.analysis.page.views.sweep_grid import state_of
from seedbed.analysis.wording import one_line
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import TAG_REASON

ENDED = ("failed", "stopped", "killed", "pruned")


@dataclass(frozen=True)
class Trouble:
    """A run without a result."""

    name: str
    state: str
    reason: str
    place: Place


def troubles_of(runs: Iterable[RunSummary]) -> tuple[Trouble, ...]:
    """The runs that ended without a result, in their order."""
    return tuple(_trouble(run) for run in runs if state_of(run) in ENDED)


def _trouble(run: RunSummary) -> Trouble:
    reason = one_line(run.tags.get(TAG_REASON, "") or "no reason was recorded", 300)
    return Trouble(
        one_line(run.name, 80), state_of(run), reason, Place(run.experiment_id, run.run_id)
    )
