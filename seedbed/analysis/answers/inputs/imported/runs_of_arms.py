"""The runs that count, by arm."""

from collections.abc import Sequence

from seedbed.analysis.answers.inputs.imported.imported_sweep import ImportedSweep
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.wording import label
from seedbed.tracking.records import RunRecord


def runs_of_arms(found: ImportedSweep, groups: Sequence[Group]) -> dict[str, list[RunRecord]]:
    """Arm → its runs that count; arms without any are left out.

    Args:
        found: The runs.
        groups: Their configurations, of which several may make an arm that the user names.
    """
    arms: dict[str, list[RunRecord]] = {}
    for group in groups:
        for run in group.runs:
            of_user = [(name, run.options.get(name)) for name in found.by]
            arms.setdefault(label(of_user) if of_user else group.label, []).append(run)
    return arms
