"""Says in an answer of ``why`` where its two runs with equal seeds part."""

from dataclasses import replace

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.why.parting import different_draws, draws_in_threads, parting
from seedbed.analysis.findings.attribution_parts import plan_parts
from seedbed.system.errors import NotRecordedError
from seedbed.tracking.reading.random_streams import read_course
from seedbed.tracking.records import SweepRecord
from seedbed.tracking.store import Store


def with_parting(answer: Answer, sweep: SweepRecord) -> Answer:
    """The answer; if its two equal runs differ, with the first moment at which they do.

    Args:
        answer: What the runs say.
        sweep: The sweep, an attribution plan.
    """
    parts = plan_parts(sweep, sweep.runs)
    if answer.fields["identical"] is not False or parts is None or parts.identical is None:
        return answer
    try:
        one, two = (read_course(run.run_id, Store()) for run in parts.identical)
    except NotRecordedError:  # an experiment's run, or one of an earlier version
        return answer
    told = [
        *parting(one, two),
        *different_draws(one["sources"], two["sources"]),
        *draws_in_threads(one),
    ]
    at = len(answer.sentences)
    lines = (*answer.sentences, *told, *answer.lines[at:]) if answer.lines else ()
    return replace(
        answer,
        sentences=(*answer.sentences, *told),
        lines=lines,
        fields={**answer.fields, "parting": told},
    )
