"""Runs that another tool recorded, read once for any number of questions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from seedbed.analysis.answers.inputs.imported.runs import Runs, check_given, open_runs
from seedbed.analysis.answers.inputs.imported.selection import Selection
from seedbed.analysis.questions.inputs import is_frame
from seedbed.system.errors import InputError
from seedbed.system.progress import Progress, silent
from seedbed.tracking.importing.tools.from_tables import runs_of_frame

if TYPE_CHECKING:
    from pandas import DataFrame


def read(
    source: "str | DataFrame",
    *,
    by: Sequence[str] = (),
    seed: Sequence[str] = (),
    metric: str | None = None,
    maximize: bool | None = None,
    where: Sequence[str] = (),
    filter_string: str = "",
    store: str | None = None,
    progress: Progress = silent,
) -> Runs:
    """Read runs that another tool recorded; every question takes them in place of a sweep's name.

    Args:
        source: A reader and what it reads (``mlflow:my-experiment``), the file of a
            table (``runs.csv``), or a pandas data frame with a row per run.
        by: Parameters or tags whose values make the arms; all that vary unless given.
        seed: Parameters that number the repeats; those that look like it unless given.
        metric: The score; the metric that looks most like it unless given.
        maximize: Whether higher is better; as the metric's name says unless given.
        where: Conditions that a run must meet, such as ``"optimizer=adam"``.
        filter_string: MLflow's own filter.
        store: MLflow's tracking URI, database or folder.
        progress: Called while runs are read.

    Raises:
        InputError: No such reader, source or experiment, or runs that were read before.
        StoreError: The store cannot be reached.
    """
    asked = Selection(
        tuple([by] if isinstance(by, str) else by),
        tuple([seed] if isinstance(seed, str) else seed),
        metric,
        maximize,
        tuple([where] if isinstance(where, str) else where),
        filter_string,
        store,
    )
    if is_frame(source):
        return Runs(runs_of_frame(source), asked)
    if isinstance(source, Runs):
        raise InputError(
            "these runs are read already: give them to a question, or their address to read"
        )
    check_given(source)
    return open_runs(source, asked, progress)
