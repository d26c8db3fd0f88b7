"""What two equal runs showed that ran again side by side, as it was kept."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from seedbed.system.files.regular_file import regular_text
from seedbed.system.paths import store_path
from seedbed.tracking.random_records import SideBySide
from seedbed.tracking.records import RunRecord


def recorded_lockstep(pair: Sequence[RunRecord]) -> SideBySide | None:
    """What an earlier comparison of a pair of runs showed; None if there is none to be read."""
    try:
        found = json.loads(regular_text(lockstep_file(pair)))
    except (
        OSError,
        ValueError,
        RecursionError,
    ):  # none was made, or its file is damaged: it is made again
        return None
    if not isinstance(found, dict) or not found.keys() >= SideBySide.__required_keys__:
        return None
    return cast("SideBySide", found)


def lockstep_file(pair: Sequence[RunRecord]) -> Path:
    """Where the comparison of a pair of runs is kept."""
    return store_path() / "lockstep" / f"{pair[0].run_id}-{pair[1].run_id}.json"
