"""Parameters that the path of a run spells: ``adam/bs=32/seed_3``."""

import re
from pathlib import PurePath

from seedbed.tracking.importing.imported_runs import parsed_value

PAIR = re.compile(r"([A-Za-z][\w.\-]*?)=([^,;=]+)")
NUMBERED = re.compile(r"([A-Za-z]+(?:_[A-Za-z]+)*)[_\-]?(\d+)")


def params_of_path(path: PurePath) -> dict[str, object]:
    """Parameters of a path below the folder that was read.

    ``key=value`` (several parted by commas) and ``seed_3``, ``bs32`` name a parameter; any other
    part of the path is the parameter ``folder 1``, ``folder 2`` …, counted from the top.

    Args:
        path: The path, relative; a file without its ending.
    """
    params: dict[str, object] = {}
    for level, part in enumerate(path.parts, start=1):
        pairs = PAIR.findall(part)
        numbered = NUMBERED.fullmatch(part)
        if pairs:
            params |= {name.strip("_-,. "): parsed_value(text.strip()) for name, text in pairs}
        elif numbered:
            params[numbered.group(1)] = int(numbered.group(2))
        else:
            params[f"folder {level}"] = part
    return params
