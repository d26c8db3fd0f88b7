"""Runs of a sweep without a result, and why."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from seedbed.analysis.page.views.place import Place
from seedbed.analysis.page.views.sweep_grid import state_of
from seedbed.analysis.wording import one_line, sentence_of
from seedbed.system.text.terminal_escape import inert
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import LOG_MAX, TAG_LOG, TAG_REASON

ENDED = ("failed", "stopped", "killed", "pruned")


@dataclass(frozen=True)
class Trouble:
    """A cell without a result: its last run.

    Attributes:
        name: Its name.
        state: How it ended.
        reason: Why.
        place: Where it is.
        log: The end of its traceback or output; empty without one.
        tries: How often the cell was run.
    """

    name: str
    state: str
    reason: str
    place: Place
    log: str = ""
    tries: int = 1


def troubles_of(last: Iterable[RunSummary], every: Iterable[RunSummary]) -> tuple[Trouble, ...]:
    """The runs that ended without a result, in their order.

    Args:
        last: The last run of each cell.
        every: All runs, earlier tries among them.
    """
    tries = Counter(run.cell for run in every)
    return tuple(_trouble(run, tries[run.cell]) for run in last if state_of(run) in ENDED)


def _trouble(run: RunSummary, tries: int) -> Trouble:
    reason = sentence_of(run.tags.get(TAG_REASON, "") or "no reason was recorded", 600)
    return Trouble(
        one_line(run.name, 80),
        state_of(run),
        reason,
        Place(run.experiment_id, run.run_id),
        inert(run.tags.get(TAG_LOG, ""))[-LOG_MAX:],
        tries,
    )
