"""Runs two equal runs of a script again, side by side, and keeps what they show."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import cast

from seedbed.runs.script.options import Options
from seedbed.runs.settings.options import parse, specs
from seedbed.system.files.atomic_files import write_whole
from seedbed.system.files.regular_file import regular_text
from seedbed.system.paths import store_folder
from seedbed.tracking.random_records import SideBySide
from seedbed.tracking.records import RunRecord


def recorded_lockstep(pair: Sequence[RunRecord]) -> SideBySide | None:
    """What an earlier comparison of a pair of runs showed; None if there is none to be read."""
    try:
        found = json.loads(regular_text(_path(pair)))
    except (
        OSError,
        ValueError,
        RecursionError,
    ):  # none was made, or its file is damaged: it is made again
        return None
    if not isinstance(found, dict) or not found.keys() >= SideBySide.__required_keys__:
        return None
    return cast("SideBySide", found)


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
    write_whole(_path(pair), json.dumps(found))
    return found


def _path(pair: Sequence[RunRecord]) -> Path:
    return store_folder("lockstep") / f"{pair[0].run_id}-{pair[1].run_id}.json"
