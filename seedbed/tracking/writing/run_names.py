"""The name of a sweep's run in MLflow's table, which shows its first 20 characters or so."""

import re

from seedbed.tracking.schema import shown_name
from seedbed.tracking.writing.run_header import RunHeader

_NEXT = re.compile(r"(?:^|\s)(\w+)=")


def table_name(header: RunHeader) -> str:
    """What tells a run apart comes first: ``seed 3 · batch_size 256``.

    Args:
        header: Of a run; one that belongs to no sweep keeps its name, which begins with the
            experiment's.
    """
    if header.sweep is None or not header.name.startswith(header.configuration):
        return shown_name(header.name)
    seeds = header.name[len(header.configuration) :].strip()
    return shown_name(" · ".join(filter(None, map(_words, (seeds, header.configuration)))))


def _words(settings: str) -> str:
    """``a=1 b=2`` as ``a 1, b 2``."""
    return _NEXT.sub(r", \1 ", settings).removeprefix(", ")
