"""``seedbed why SWEEP``: the answer of runs that are recorded already."""

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.chosen_number import Number, choose_number
from seedbed.analysis.answers.configuration_answers import each
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded, read, recorded
from seedbed.analysis.answers.why.answer import varying_sources, why_of_runs
from seedbed.analysis.answers.why.next_command import SCRIPT, NextStep, next_step, with_step
from seedbed.analysis.answers.why.parted import with_parting
from seedbed.analysis.answers.why.recorded_streams import recorded_streams
from seedbed.analysis.answers.why.sentences import MOST_RUNS
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.findings.seed_table import seed_table
from seedbed.system.errors import InputError
from seedbed.tracking.random_records import DrawnBySource, RandomDraws
from seedbed.tracking.records import SweepRecord

WHY_QUESTION = "Which source makes the accuracy of "
"""How the question of a sweep begins that ``why`` makes of an experiment."""


def why_recorded(sweep: str, metric: str | None = None, level: float = 0.95) -> Answer:
    """Which source makes the runs of a recorded sweep differ, or which command would tell.

    Args:
        sweep: Name of the sweep.
        metric: The number to ask about; None for the runs' own score.
        level: Confidence level.

    Raises:
        InputError: There is no such sweep, or none of its runs has the number.
        StoreError: The store cannot be reached.
    """
    return why_of_sweep(read(sweep, arms=False).sweep, metric, level)


def why_of_sweep(record: SweepRecord, metric: str | None = None, level: float = 0.95) -> Answer:
    """The same of a sweep that was read already, its arms not parted.

    Args:
        record: The sweep.
        metric: The number to ask about; None for the runs' own score.
        level: Confidence level.

    Raises:
        InputError: None of its runs finished, or none has the number.
    """
    if not record.finished:
        raise InputError(f"{record.name} must have a finished run, but it has none: run it first.")
    record, number = choose_number(record, metric)
    found = recorded(record, arms=False, metric=number.metric)
    return each(found, lambda group: _of_group(found, group, number, level))


def why_of_only(record: SweepRecord) -> tuple[Answer, Number]:
    """What ``seedbed why`` printed of the only configuration of a sweep that it made.

    Args:
        record: The sweep, its arms not parted.

    Returns:
        The answer, and the number that it is about.

    Raises:
        InputError: It has no finished run, several configurations, or no number.
    """
    record, number = choose_number(record, None)
    found = recorded(record, arms=False, metric=number.metric)
    if len(found.having) != 1:
        raise InputError(f"{record.name} must have one configuration, got {len(found.having)}.")
    (group,) = found.having
    answer = why_of_runs(found, group, _streams(found, group), number)
    return with_parting(answer, record).answer, number


def is_of_why(sweep: SweepRecord) -> bool:
    """Whether ``seedbed why`` made the sweep, of a script or of an experiment."""
    if sweep.plan is None or not sweep.runs:
        return False
    if sweep.experiment == SCRIPT:
        return all(run.options.get("separate") is True for run in sweep.runs)
    return sweep.question.startswith(WHY_QUESTION)


def _of_group(found: Recorded, group: Group, number: Number, level: float) -> Answer:
    streams = _streams(found, group)
    step = next_step(found.sweep, group)
    if not streams["sources"] and not is_of_why(found.sweep):
        return _cannot_tell(_why_not(found), step)
    try:
        answer = why_of_runs(found, group, streams, number, level=level)
        answer = with_parting(answer, found.sweep).answer
    except InputError as error:
        return _cannot_tell(str(error), step)
    varying = varying_sources(answer)
    if varying and all(one.share is None and one.removed is None for one in varying):
        return _cannot_tell("they differ in several sources at once", step)
    if any(not one.resolved for one in varying):
        needed = answer.fields.get("runs_needed")
        runs = needed if isinstance(needed, int) else 2 * found.sweep.planned
        if runs > MOST_RUNS:
            return answer
        return with_step(answer, next_step(found.sweep, group, runs))
    return answer


def _cannot_tell(reason: str, step: NextStep | None) -> Answer:
    sentence = f"These runs cannot say which source makes them differ: {reason}."
    empty: dict[str, object] = {"measure": None, "sources": [], "identical": None, "notes": []}
    return with_step(Answer((sentence,), empty, ()), step)


def _why_not(found: Recorded) -> str:
    if found.sweep.experiment == SCRIPT:
        return "each run changes all of the script's seeds at once"
    return "no seed differs between them"


def _streams(found: Recorded, group: Group) -> RandomDraws:
    """What drew random numbers: as recorded, else the seeds that differ between the runs."""
    if found.sweep.experiment == SCRIPT:
        separate = all(run.options.get("separate") is True for run in group.every)
        return recorded_streams(found.sweep) if separate else {"sources": {}, "pins": []}
    table = seed_table(group.every, found.sweep.sources)
    plan = found.sweep.plan
    names = [name for name in table if plan is None or name in plan["sources"]]
    drawn: dict[str, DrawnBySource] = {
        name: {"draws": 1, "lines": [], "pins": [], "pin": f"option {name}_seed: 7"}
        for name in names
    }
    return {"sources": drawn, "pins": []}
