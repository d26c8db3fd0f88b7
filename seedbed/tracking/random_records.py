"""What a run records of its random draws, and of what it goes through; the fields of its JSON."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict


class SeedPin(TypedDict):
    """A seed that the script sets itself: where, by which call, to which value."""

    line: str
    call: str
    value: str


class OutsideRead(TypedDict):
    """A line that reads something which no seed sets, such as the clock."""

    line: str
    call: str


class DrawnBySource(TypedDict):
    """What one source drew."""

    draws: int
    """Draws that no seed of the script pins."""
    pinned_draws: NotRequired[int]
    lines: Sequence[str]
    pins: Sequence[SeedPin]
    to_pin: NotRequired[Sequence[str]]
    """What to write to pin the generators that it draws from, such as ``np.random.seed(7)``."""
    pin: NotRequired[str]
    """What to write to pin it, where its name does not say."""
    calls: NotRequired[Mapping[str, str]]
    """How the script calls functions at its lines: ``np.random.seed`` → ``numpy.random.seed``."""


class RandomDraws(TypedDict):
    """What drew random numbers in a run, or in the first runs of a sweep."""

    sources: Mapping[str, DrawnBySource]
    pins: Sequence[SeedPin]
    unseen: NotRequired[Sequence[str]]
    """What was not reached, a remark each."""
    seed_all: NotRequired[str]
    """What seeds all global generators after the first imports, if nothing undoes it later."""
    threads: NotRequired[Sequence[str]]
    """Sources that draw in threads."""
    varying_counts: NotRequired[Mapping[str, Sequence[int]]]
    """Sources that drew a different number of times in two runs, with both numbers."""


class Moment(TypedDict):
    """One point of a run at which it may part from an equal run."""

    kind: str
    """``files``, ``data``, ``weights``, ``step`` or ``epoch``."""
    what: str
    line: str
    digests: Mapping[str, str]
    fit: NotRequired[int]


class RunCourse(RandomDraws):
    """What a run went through."""

    moments: Sequence[Moment]
    reads: Sequence[OutsideRead]
    calls: NotRequired[Mapping[str, str]]
    """How the script calls functions below its imports, as in ``DrawnBySource``."""


class FirstDifference(TypedDict):
    """The first tensor that differs between two runs side by side."""

    fit: int
    epoch: int
    step: int
    kind: str
    """``data``, ``output``, ``loss`` or ``gradient``."""
    name: str


class SideBySide(TypedDict):
    """What two runs side by side show, as ``seedbed.runs.reproduce.lockstep.Lockstep`` has it."""

    difference: FirstDifference | None
    steps: int
    removed_by: str | None
    tried: Sequence[str]
    operation: NotRequired[str | None]
