"""What is known of a run before it starts, and how it is read from a folder that may be foreign."""

import json
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields

from seedbed.system.processes.process_identity import Owner

LARGEST = 10_000_000
"""Characters of a header; a longer one is not a header."""

OPTIONAL = ("sweep", "parent_run_id", "adopt_run_id")
MAPPINGS = ("params", "seeds", "owner")
WORD = re.compile(r"[A-Za-z0-9_-]{1,100}")


def now_ms() -> int:
    """Milliseconds since 1970."""
    return int(time.time() * 1000)


@dataclass(frozen=True)
class RunHeader:
    """What is known of a run before it starts.

    Attributes:
        experiment: Name of the experiment; MLflow's experiment has the same name.
        name: Readable name of the run.
        cell: Identity of the cell, hex.
        params: Options as MLflow parameters.
        seeds: Seed of each source.
        owner: Process that answers for the run; see ``seedbed.system.processes.process_identity``.
        sweep: Name of the sweep, or None.
        parent_run_id: MLflow id of the parent run, or None.
        adopt_run_id: MLflow id of a run that exists already (under ``mlflow run``), or None.
        started_ms: Start, milliseconds since 1970.
        delivery: Identity of this folder.
        commit: Git commit of the clone, empty where there is none.
        configuration: The varied options in words; empty where none vary.
        distinct: What tells their values from those of other configurations; empty for all.
    """

    experiment: str
    name: str
    cell: str
    params: Mapping[str, str]
    seeds: Mapping[str, int]
    owner: Mapping[str, object]
    sweep: str | None = None
    parent_run_id: str | None = None
    adopt_run_id: str | None = None
    commit: str = ""
    configuration: str = ""
    distinct: str = ""
    started_ms: int = field(default_factory=now_ms)
    delivery: str = field(default_factory=lambda: uuid.uuid4().hex)


def parse_header(text: str) -> RunHeader:
    """The header that a ``run.json`` holds.

    Raises:
        ValueError: It holds no header, or one of a newer version; says what is wrong.
    """
    if len(text) > LARGEST:
        raise ValueError("it is too large")
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON" if text.strip() else "it is empty") from None
    if not isinstance(given, dict):
        raise ValueError("it is not an object")
    known = {part.name for part in fields(RunHeader)}
    needed = {p.name for p in fields(RunHeader) if p.default is p.default_factory is MISSING}
    if unknown := sorted(given.keys() - known):
        raise ValueError(f"it has a field {unknown[0]!r:.40} of another version")
    if missing := sorted(needed - given.keys()):
        raise ValueError(f"it has no field {missing[0]!r}")
    for name, value in given.items():
        if not _fits(name, value):
            raise ValueError(f"its field {name!r} has a wrong value")
    Owner.parse(given["owner"])
    return RunHeader(**given)


def _fits(name: str, value: object) -> bool:
    if name in MAPPINGS:
        return isinstance(value, dict)
    if name == "started_ms":
        return type(value) is int and 0 <= value < 2**53
    if name == "delivery":
        return isinstance(value, str) and WORD.fullmatch(value) is not None
    return isinstance(value, str) or (value is None and name in OPTIONAL)
