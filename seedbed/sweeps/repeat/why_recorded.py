"""``seedbed why SWEEP``: the answer of runs that are recorded already."""

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.chosen_number import Number, choose_number
from seedbed.analysis.answers.configuration_answers import each
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded, read, recorded
from seedbed.analysis.answers.why.answer import varying_sources, why_of_runs
from seedbed.analysis.answers.why.next_command import SCRIPT, NextStep, next_step, with_step
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.findings.seed_table import seed_table
from seedbed.sweeps.repeat.why_parting import with_parting
from seedbed.sweeps.repeat.why_streams import recorded_streams
from seedbed.system.errors import InputError
from seedbed.tracking.random_records import DrawnBySource, RandomDraws


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
    record = read(sweep, arms=False).sweep
    if not record.finished:
        raise InputError(f"{sweep} must have a finished run, but it has none: run it first.")
    record, number = choose_number(record, metric)
    found = recorded(record, arms=False, metric=number.metric)
    return each(found, lambda group: _of_group(found, group, number, level))


def _of_group(found: Recorded, group: Group, number: Number, level: float) -> Answer:
    streams = _streams(found, group)
    step = next_step(found.sweep, group)
    if not streams["sources"]:
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
        return recorded_streams(found.sweep.name) if separate else {"sources": {}, "pins": []}
    table = seed_table(group.every, found.sweep.sources)
    plan = found.sweep.plan
    names = [name for name in table if plan is None or name in plan["sources"]]
    drawn: dict[str, DrawnBySource] = {
        name: {"draws": 1, "lines": [], "pins": [], "pin": f"option {name}_seed: 7"}
        for name in names
    }
    return {"sources": drawn, "pins": []}
