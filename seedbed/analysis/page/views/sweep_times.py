"""When something was heard of a sweep, and how long its rest will take."""

from collections.abc import Iterable

from seedbed.analysis.page.views.durations import time_to_go
from seedbed.analysis.page.views.sweep_grid import state_of
from seedbed.tracking.reading.run_summary import RunSummary


def heard_ms(parent: RunSummary, children: Iterable[RunSummary]) -> int:
    """When a run began or ended last, milliseconds since 1970."""
    return max([parent.started_ms, *(run.ended_ms or run.started_ms for run in children)])


def to_go(parent: RunSummary, runs: Iterable[RunSummary], left: int) -> str | None:
    """How long the rest takes at the seconds that runs took, as many at once as run now."""
    every = list(runs)
    took = [
        (run.ended_ms - run.started_ms) / 1000
        for run in every
        if state_of(run) == "finished" and run.ended_ms
    ]
    at_once = sum(state_of(run) == "running" for run in every)
    return time_to_go(took, left, at_once) if state_of(parent) == "running" else None
