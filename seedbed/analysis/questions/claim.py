"""A comparison as a claim that others can check."""

from dataclasses import replace

from seedbed.analysis.answers.claims.claim import Claim, claim_of
from seedbed.analysis.answers.comparison.comparison_answer import Terms
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded, read
from seedbed.analysis.questions.inputs import Sweep, as_names, regrouped
from seedbed.analysis.statistics.checks import check_level
from seedbed.system.errors import InputError, NotRecordedError
from seedbed.system.progress import Progress, silent
from seedbed.tracking.reading.design_file import read_design_file
from seedbed.tracking.store import Store


def claim(
    sweep: Sweep,
    terms: Terms,
    *,
    by: str | None = None,
    metric: str | None = None,
    progress: Progress = silent,
) -> Claim:
    """A claim about a recorded sweep, or about runs of another tool.

    Args:
        sweep: A sweep's name, an address, or runs as read.
        terms: How the arms are compared; the control is an arm or its value.
        by: Option or parameter whose values make the arms; the configurations unless given.
        metric: Of runs of another tool, the score.
        progress: Told how far the reading is.

    Raises:
        InputError: Nothing to compare, or no such runs.
        StoreError: The store cannot be reached.
    """
    check_level(terms.level)
    runs = regrouped(sweep, by=as_names(by), metric=metric, progress=progress)
    if isinstance(runs, str) and metric is not None:
        raise InputError("--metric belongs to runs of another tool: a sweep has its own")
    found = read(runs, progress, apart=by is not None)
    wanted = terms.control
    if wanted is not None and by is not None and "=" not in wanted:
        wanted = f"{by}={wanted}"
    return claim_of(found, replace(terms, control=wanted), by, _design_of(found))


def _design_of(found: Recorded) -> str | None:
    """The file of a recorded sweep; None if it is not recorded, or another tool ran it."""
    if found.is_imported:
        return None
    try:
        return read_design_file(found.sweep.run_id, Store())
    except NotRecordedError:
        return None
