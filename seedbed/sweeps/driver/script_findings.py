"""What the doctor finds in the scripts of a sweep, in a tag that the sweep's page shows."""

import json
from pathlib import Path

from seedbed.runs.execution.catalog import SCRIPT
from seedbed.runs.script.options import Options
from seedbed.sweeps.design.design import Design
from seedbed.tracking.schema import TAG_DOCTOR, TAG_MAX

MOST = 12
"""Findings that the tag holds; the count tells of the others."""
LONGEST = 300
"""Characters of one finding's message."""


def findings_tag(design: Design) -> dict[str, str]:
    """The tag about a sweep of scripts; none for a sweep of an experiment.

    Args:
        design: The sweep.
    """
    if design.experiment != SCRIPT:
        return {}
    from seedbed.doctor.examine import examine

    found = examine(scripts_of(design)).findings
    first = sorted(found, key=lambda one: one.certainty != "is")[:MOST]
    listed = [
        {
            "where": one.where.removeprefix(f"{one.path.parent.as_posix()}/"),
            "code": one.code,
            "certainty": one.certainty,
            "message": one.message[:LONGEST],
        }
        for one in first
    ]
    while len(text := json.dumps({"found": len(found), "findings": listed})) > TAG_MAX:
        listed.pop()
    return {TAG_DOCTOR: text}


def scripts_of(design: Design) -> list[Path]:
    """The scripts of a sweep of scripts, each once."""
    options = (cell.options for cell in design.cells)
    return list(dict.fromkeys(one.path for one in options if isinstance(one, Options)))
