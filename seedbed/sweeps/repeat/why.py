"""``seedbed why``: repeat a script under a plan that changes one source at a time.

First two runs with equal seeds and two with others: they show whether equal seeds give equal
bits, and which sources the script has. Then rounds of baselines, each rerun with one source
changed, until every share is known well enough or the budget is spent. All of it is one sweep.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.chosen_number import choose_number
from seedbed.analysis.answers.inputs.recorded_sweep import read, recorded
from seedbed.analysis.answers.why.answer import varying_sources, why_of_runs
from seedbed.analysis.answers.why.parted import Parted, with_parting
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.repeat.why_allocation import Allocation
from seedbed.sweeps.repeat.why_earlier import earlier_rounds
from seedbed.sweeps.repeat.why_parting import run_side_by_side
from seedbed.sweeps.repeat.why_targets import Target, sources_to_vary
from seedbed.system.errors import InputError
from seedbed.tracking.random_records import RandomDraws

LEAST = 12
"""Runs that can tell something of two sources."""


@dataclass(frozen=True)
class WhyRequest:
    """What the command line asks for.

    Attributes:
        target: What is run.
        runs: The most runs to spend.
        metric: The number to ask about; None for the run's own score.
        level: Confidence level.
        workers: Runs at once.
    """

    target: Target
    runs: int = 40
    metric: str | None = None
    level: float = 0.95
    workers: int = 1

    def __post_init__(self) -> None:
        if self.runs < LEAST:
            raise InputError(
                f"--runs must be at least {LEAST}, which is the fewest that can tell two sources "
                f"apart, got {self.runs}."
            )
        if not 0 < self.level < 1:
            raise InputError(f"--level must lie between 0 and 1, got {self.level}.")


@dataclass(frozen=True)
class WhyResult:
    """What the runs say.

    Attributes:
        answer: The answer.
        sweep: Name of the sweep.
        runs: Runs that are recorded.
        is_new: Whether any of them was run for this answer.
        fits: The fit in whose steps two equal runs part, still to be run side by side; or None.
    """

    answer: Answer
    sweep: str
    runs: int
    is_new: bool = True
    fits: int | None = None


def find_out(
    asked: WhyRequest, train: Callable[[Design], bool], told: Callable[[Answer, int], None]
) -> WhyResult:
    """Run the plan, round by round.

    Args:
        asked: What to do.
        train: Runs the cells of a design that are left; False if it was stopped or failed.
        told: Told what the runs say before each further round, and how many there are.

    Raises:
        InputError: It cannot be run, gives no number, or the budget is too small for its sources.
    """
    target = asked.target
    rounds = _Rounds(asked, train)
    allocation = target.first if rounds.earlier is None else rounds.earlier.allocation
    if not rounds.run(allocation):
        raise InputError(
            f"The first {allocation.runs} runs of {target.name} must finish with a number, but "
            f"{rounds.failure() or 'they did not'}: mend it and ask again."
        )
    found, sources = rounds.answered(), sources_to_vary(rounds.streams())
    if sources and not allocation.baselines and not found.answer.fields.get("same_weights"):
        round_ = affordable(asked, Allocation.first(sources))
        allocation = round_.filled(allocation.runs, asked.runs, asked.workers)
        if not rounds.run(allocation):
            return rounds.result(found)
        found = rounds.answered()
    while wider := _wider(allocation, found.answer, asked):
        told(found.answer, allocation.runs)
        if not rounds.run(wider):
            break
        allocation = wider
        found = rounds.answered()
    return rounds.result(found)


def _wider(allocation: Allocation, answer: Answer, asked: WhyRequest) -> Allocation | None:
    """What to run next; None if all is known, or nothing is left to spend."""
    varying = varying_sources(answer)
    hides = allocation.baselines and not varying and not answer.fields.get("same_weights")
    if hides:  # perhaps it varies in one run of ten
        return allocation.longer(asked.runs, asked.workers)
    return allocation.next(varying, asked.runs, asked.workers)


class _Rounds:
    """Runs the rounds of a question; those that are recorded are not run again.

    Attributes:
        earlier: The rounds that were recorded before; None if there are none.
    """

    def __init__(self, asked: WhyRequest, train: Callable[[Design], bool]) -> None:
        self._asked, self._train = asked, train
        self._name = asked.target.design(asked.target.first).name
        self.earlier = earlier_rounds(self._name)
        self._is_new = False

    def run(self, allocation: Allocation) -> bool:
        """Run a round; False if it was stopped or failed."""
        design = self._asked.target.design(allocation)
        if self.earlier is not None and self.earlier.holds(design):
            return True
        self._is_new = True
        return self._train(design)

    def streams(self) -> RandomDraws:
        """What drew random numbers."""
        return self._asked.target.streams(self._name)

    def answered(self) -> Parted:
        """What the runs say so far."""
        return answered(self._asked, self._name, self.streams())

    def failure(self) -> str:
        """Which run failed and why; empty if the record does not say."""
        with suppress(InputError):
            for run in read(self._name, arms=False).sweep.runs:
                if run.state == "failed" and run.reason:
                    return f"{run.name} failed ({run.reason.rstrip('.')})"
        return ""

    def result(self, found: Parted) -> WhyResult:
        """What they say, with their number."""
        runs = len(read(self._name, arms=False).sweep.finished)
        return WhyResult(found.answer, self._name, runs, self._is_new, found.fits)


def with_side_by_side(
    result: WhyResult,
    asked: WhyRequest,
    say: Callable[[str], None],
    limit_s: float | None = None,
) -> WhyResult:
    """The result; if two equal runs diverge in a training step, with the tensor that differs first.

    Args:
        result: What the runs say.
        asked: What was asked.
        say: Told what happens.
        limit_s: Seconds after which a run is stopped; None for none.
    """
    if not run_side_by_side(result.fits, result.sweep, say, limit_s):
        return result
    streams = asked.target.streams(result.sweep)
    answer = answered(asked, result.sweep, streams).answer
    return replace(result, answer=answer, fits=None, is_new=True)


def affordable(asked: WhyRequest, allocation: Allocation) -> Allocation:
    """The runs of an allocation, if the budget holds them.

    Raises:
        InputError: It does not; says which would.
    """
    if allocation.runs > asked.runs:
        sources = list(allocation.baselines)
        raise InputError(
            f"--runs must be at least {allocation.runs} for the {len(sources)} sources of "
            f"{asked.target.name} ({', '.join(sources)}), got {asked.runs}."
        )
    return allocation


def answered(asked: WhyRequest, sweep: str, streams: RandomDraws) -> Parted:
    """What the runs of a sweep say so far, and whether two of them are to be run again."""
    record = read(sweep, arms=False).sweep
    record, number = choose_number(record, asked.metric)
    found = recorded(record, arms=False, metric=number.metric)
    (group,) = found.having
    answer = why_of_runs(found, group, streams, number, level=asked.level)
    return with_parting(answer, record)
