"""Add to an answer of ``why`` where its two runs with equal seeds diverge."""

from dataclasses import dataclass, replace

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.why.parting import (
    different_draws,
    draws_in_threads,
    fits_to_compare,
    parting,
)
from seedbed.analysis.findings.attribution_parts import plan_parts
from seedbed.system.errors import NotRecordedError
from seedbed.tracking.reading.random_streams import read_course
from seedbed.tracking.reading.recorded_lockstep import recorded_lockstep
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
