"""The name of a sweep's run in MLflow's table, which shows its first 14 letters or so."""

import re

from seedbed.tracking.schema import shown_name
from seedbed.tracking.writing.run_header import RunHeader

_NEXT = re.compile(r"(?:^|\s)((?:(?:[\w.-]+ )?(?:cell \d+ )?line \d+)|\w+)=")
"""The name of an option, or the line of a script that draws: ``line 14``, ``helper.py line 3``."""


def table_name(header: RunHeader) -> str:
    """What tells a run apart comes first: ``256 · seed 3 · batch_size``.

    Args:
        header: Of a run; one that belongs to no sweep keeps its name, which begins with the
            experiment's.
    """
    if header.sweep is None or not header.name.startswith(header.configuration):
        return shown_name(header.name)
    seeds = header.name[len(header.configuration) :].strip()
    names, values = _parted(header.configuration)
    told = header.distinct or ", ".join(values)
    return shown_name(" · ".join(filter(None, (told, _words(seeds), ", ".join(names)))))


def _parted(settings: str) -> tuple[list[str], list[str]]:
    """``a=1 b=2`` as its names and its values."""
    parts = _NEXT.split(settings)
    return parts[1::2], parts[2::2]


def _words(settings: str) -> str:
    """``a=1 b=2`` as ``a 1, b 2``."""
    names, values = _parted(settings)
    return ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))
