"""Add to an answer of ``why`` where its two runs with equal seeds diverge."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.inputs.recorded_sweep import read
from seedbed.analysis.answers.why.parting import (
    different_draws,
    draws_in_threads,
    fits_to_compare,
    parting,
)
from seedbed.analysis.findings.attribution_parts import plan_parts
from seedbed.sweeps.repeat.why_lockstep import recorded_lockstep, run_lockstep
from seedbed.system.errors import NotRecordedError
from seedbed.tracking.reading.random_streams import read_course
from seedbed.tracking.records import SweepRecord
from seedbed.tracking.store import Store


@dataclass(frozen=True)
class Parted:
    """An answer, and the fit that is still to be run side by side.

    Attributes:
        answer: The answer; if its two equal runs differ, with the first moment at which they do.
        fits: The fit in whose steps they diverge; None if they diverge elsewhere or do not
            diverge, or if they already ran side by side.
    """

    answer: Answer
    fits: int | None = None


def with_parting(answer: Answer, sweep: SweepRecord) -> Parted:
    """Add where two equal runs diverge, if they do.

    Args:
        answer: What the runs say.
        sweep: The sweep, an attribution plan.
    """
    parts = plan_parts(sweep, sweep.runs)
    if answer.fields["identical"] is not False or parts is None or parts.identical is None:
        return Parted(answer)
    try:
        one, two = (read_course(run.run_id, Store()) for run in parts.identical)
    except NotRecordedError:  # an experiment's run, or one of an earlier version
        return Parted(answer)
    lockstep = recorded_lockstep(parts.identical)
    told = [
        *parting(one, two, lockstep),
        *different_draws(one["sources"], two["sources"]),
        *draws_in_threads(one),
    ]
    at = len(answer.sentences)
    lines = (*answer.sentences, *told, *answer.lines[at:]) if answer.lines else ()
    fits = None if lockstep else fits_to_compare(one, two)
    told_of = replace(
        answer,
        sentences=(*answer.sentences, *told),
        lines=lines,
        fields={**answer.fields, "parting": told, "lockstep": lockstep},
    )
    return Parted(told_of, fits)


def run_side_by_side(
    fits: int | None, sweep: str, say: Callable[[str], None], limit_s: float | None = None
) -> bool:
    """Run two equal runs again side by side, to find the first tensor that differs.

    Args:
        fits: The fit in whose steps they diverge, from ``with_parting``; None if there is nothing
            to run.
        sweep: Their sweep.
        say: Receives a sentence before they start, because they take as long as before.
        limit_s: Seconds after which they are stopped; None for no limit.

    Returns:
        Whether they ran; ``with_parting`` then adds what they show.
    """
    if fits is None:
        return False
    record = read(sweep, arms=False).sweep
    parts = plan_parts(record, record.runs)
    assert parts is not None and parts.identical is not None  # noqa: S101, PT018 (they diverged)
    say("two equal runs diverge in a training step: both run again side by side to find the tensor")
    run_lockstep(parts.identical, fits, limit_s)
    return True
