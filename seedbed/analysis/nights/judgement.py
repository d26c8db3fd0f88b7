"""What a night is judged by, and what its judgement says."""

from collections.abc import Mapping
from dataclasses import dataclass

from seedbed.tracking.night_records import NightPage, Point

FINGERPRINT, MEAN, SPREAD, TIME, FAILURES = "fingerprint", "mean", "spread", "run time", "failures"


ORDER = (FINGERPRINT, MEAN, SPREAD, TIME, FAILURES)


NAMED = 5
"""Runs that a sentence names."""


@dataclass(frozen=True)
class Before:
    """An earlier night that was judged.

    Attributes:
        night: Its date.
        quiet: It raised no alarm.
        points: Chart → value and number of runs.
        page: What its ``night.json`` says.
        accepted: From it on, the level is the new normal.
    """

    night: str
    quiet: bool
    points: Mapping[str, Point]
    page: NightPage
    accepted: bool = False


@dataclass(frozen=True)
class Change:
    """One thing that changed.

    Attributes:
        kind: fingerprint, mean, spread, run time or failures.
        text: What is different, in a sentence.
    """

    kind: str
    text: str


@dataclass(frozen=True)
class Judgement:
    """What there is to say of a night.

    Attributes:
        changes: What changed since the nights before and was not said then.
        causes: What it may come from, in a sentence; empty without a change.
        charts: The night's points.
        changed_runs: Runs with fixed seeds whose weights differ from before, on the same kind of
            processor.
        note: That fingerprints were not compared, because the processor is another one; or empty.
        page: For ``night.json``: what later nights compare with.
        mean: Mean accuracy of the fresh runs, else of all; None without a result.
        seconds: Median time of a run; likewise.
    """

    changes: tuple[Change, ...]
    causes: str
    charts: Mapping[str, Point]
    changed_runs: int
    page: NightPage
    mean: float | None = None
    seconds: float | None = None
    note: str = ""

    @property
    def outcome(self) -> str:
        """``alarm`` or ``quiet``."""
        return "alarm" if self.changes else "quiet"

    @property
    def changed(self) -> tuple[str, ...]:
        """The kinds of change."""
        kinds = {change.kind for change in self.changes}
        return tuple(kind for kind in ORDER if kind in kinds)

    @property
    def text(self) -> str:
        """Changes, causes and note, a sentence each."""
        said = [*(change.text for change in self.changes), self.causes, self.note]
        return "\n".join(one for one in said if one)
