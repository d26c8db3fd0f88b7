"""Runs two equal runs of a script again, side by side, and keeps what they show."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import cast

from seedbed.runs.script.options import Options
from seedbed.runs.settings.options import parse, specs
from seedbed.system.files.atomic_files import write_whole
from seedbed.system.paths import store_folder
from seedbed.tracking.random_records import SideBySide
from seedbed.tracking.reading.recorded_lockstep import lockstep_file
from seedbed.tracking.records import RunRecord


def run_lockstep(pair: Sequence[RunRecord], fits: int, limit_s: float | None = None) -> SideBySide:
    """Run a pair again, side by side; what they show is kept for ``recorded_lockstep``.

    Args:
        pair: Two runs of a script that should be equal.
        fits: Number of the last fit to compare.
        limit_s: Seconds after which a pair is stopped; None for none.
    """
    from seedbed.runs.reproduce.lockstep import in_lockstep  # it starts TensorFlow's processes

    names = {spec.name for spec in specs(Options)}
    options = [
        parse(Options, {name: value for name, value in run.options.items() if name in names})
        for run in pair
    ]
    found = cast("SideBySide", asdict(in_lockstep(options, fits, limit_s)))
    store_folder("lockstep")
    write_whole(lockstep_file(pair), json.dumps(found))
    return found
