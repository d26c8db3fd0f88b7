"""Which test examples change their label from run to run."""

from functools import partial
from pathlib import Path

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.configuration_answers import each_by_models
from seedbed.analysis.answers.inputs.imported.runs import Runs
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded, read
from seedbed.analysis.answers.predictions.churn import churn_of_file, churn_of_runs
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.questions.inputs import File, as_path, folder_name, one_way
from seedbed.analysis.questions.results.result import Result
from seedbed.system.errors import InputError
from seedbed.system.progress import Progress, silent
from seedbed.system.readers_folders import report_folder


def churn(
    sweep: str | Runs | None = None,
    *,
    from_file: File | None = None,
    labels: File | None = None,
    output: File | None = None,
    level: float = 0.95,
    progress: Progress = silent,
) -> Result:
    """Answer: how many predictions change from run to run? Of a sweep with pictures.

    Args:
        sweep: A recorded sweep's name, or runs of another tool.
        from_file: In its place a CSV file of runs × examples, the label that each run gave.
        labels: With ``from_file``, a file of the true labels.
        output: Folder for a sweep's pictures; reports/SWEEP in the store unless given.
        level: Confidence level of the intervals.
        progress: Called while a sweep's files are read.

    Raises:
        InputError: No such sweep, predictions of one run only, a file that makes no sense, or a
            folder that cannot be written.
        StoreError: The store cannot be reached.
    """
    path = as_path(from_file)
    one_way(sweep, path, "runs × examples of labels")
    if path is not None:
        if output is not None:
            raise InputError("--output is for the pictures of a sweep: a CSV file has none")
        return Result(churn_of_file(path, as_path(labels), level=level))
    if labels is not None:
        raise InputError("--labels belongs to --from: a sweep has recorded its true labels")
    assert sweep is not None  # noqa: S101 - one of the two is given
    found = read(sweep, progress)
    name = folder_name(found.sweep.name) if found.is_imported else found.sweep.name
    folder = as_path(output) or report_folder("reports", name)
    return Result(_with_pictures(found, folder, level))


def _with_pictures(found: Recorded, folder: Path, level: float) -> Answer:
    from seedbed.analysis.report.churn_picture import write_churn_picture

    files = {group.label: f"churn-{i}.png" for i, group in enumerate(found.groups, start=1)}
    if len(files) == 1:
        files = dict.fromkeys(files, "churn.png")

    def one(group: Group) -> Answer:
        draw = partial(write_churn_picture, found.sweep, folder / files[group.label])
        return churn_of_runs(found, group, draw, level=level)

    return each_by_models(found, one)
