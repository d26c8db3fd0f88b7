"""Which source of change makes the runs differ."""

from collections.abc import Sequence

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.configuration_answers import each
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded, read
from seedbed.analysis.answers.sources import sources_of_file, sources_of_runs
from seedbed.analysis.answers.why.next_command import next_step, with_step
from seedbed.analysis.answers.why.of_sweep import is_of_why, why_of_sweep
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.questions.inputs import File, Sweep, as_path, one_way, regrouped
from seedbed.analysis.questions.results.result import Result
from seedbed.system.errors import InputError
from seedbed.system.progress import Progress, silent


def sources(
    sweep: Sweep | None = None,
    *,
    from_file: File | None = None,
    by: Sequence[str] = (),
    metric: str | None = None,
    labels: File | None = None,
    level: float = 0.95,
    progress: Progress = silent,
) -> Result:
    """Answer: which source (init, order, …) makes the runs differ?

    Args:
        sweep: A recorded sweep's name, or runs of another tool.
        from_file: In its place a CSV file with a row per run: the seed of each source.
        by: The file's columns of sources; those called like a source unless given.
        metric: The file's column of scores.
        labels: CSV file of runs × examples, the label that each run gave; tells far more than
            scores.
        level: Confidence level of the intervals.
        progress: Called while a sweep's files are read.

    Raises:
        InputError: No such sweep, a file that makes no sense, or runs that all agree.
        StoreError: The store cannot be reached.
    """
    path = as_path(from_file)
    one_way(sweep, path, "the seeds of each run")
    if path is not None:
        return Result(sources_of_file(path, by, metric, as_path(labels), level))
    assert sweep is not None  # noqa: S101 - one of the two is given
    sweep = regrouped(sweep, by=by, metric=metric, progress=progress)
    if labels or (isinstance(sweep, str) and (by or metric)):
        raise InputError("--by, --metric and --labels belong to --from: a sweep has its own")
    found = read(sweep, progress)
    if not found.is_imported and is_of_why(found.sweep):
        return Result(why_of_sweep(found.sweep, level=level))
    return Result(each(found, lambda group: _of_group(found, group, level)))


def _of_group(found: Recorded, group: Group, level: float) -> Answer:
    """The sources of a configuration; where its runs cannot tell, the command that can."""
    step = None if found.is_imported else next_step(found.sweep, group)
    try:
        answer = sources_of_runs(found, group, level=level)
    except InputError as error:
        if step is None or group.bit_identical:
            raise
        raise InputError(f"{error}: {step.command} tells") from None
    return answer if step is None or answer.fields["plan"] is None else with_step(answer, step)
