"""Weights & Biases: folders of offline runs, read without ``wandb``, and projects by its API.

A run's file is a log of LevelDB (blocks of 32 KiB; 7 bytes before each part: checksum, length,
kind) whose records are protocol buffers of ``wandb_internal.proto``; numbers in the code are that
file's field numbers.
"""

import json
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.system.errors import InputError, StoreError
from seedbed.system.progress import Progress, silent
from seedbed.tracking.importing.event_files import fields_of
from seedbed.tracking.importing.imported_runs import ImportedRun, ImportedRuns, number_of
from seedbed.tracking.importing.tools.from_tables import STATES
from seedbed.tracking.importing.tools.json_rows import flattened

if TYPE_CHECKING:
    import wandb.apis.public

BLOCK, BEFORE = 32_768, 7
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4
START = b":W&B"
HISTORY, SUMMARY, CONFIG, RUN, EXIT = 2, 3, 5, 17, 18
"""Kinds of records that are read."""
OWN = "_"
"""How names begin that W&B adds itself: ``_step``, ``_runtime``, ``_wandb``."""


def read_wandb(name: str, progress: Progress = silent) -> ImportedRuns:
    """Runs of a folder of offline runs (``wandb/``), or of a project ``ENTITY/PROJECT``.

    Args:
        name: The folder, or the project, which needs ``wandb`` installed and logged in.
        progress: Told how many runs are read.

    Raises:
        InputError: No such folder, no run below it, or a file that is none of W&B's.
        StoreError: W&B's server does not answer.
    """
    root = Path(name)
    if not root.is_dir():
        return _of_project(name, progress)
    files = sorted(
        {path.resolve(): path for path in root.rglob("*.wandb") if path.is_file()}.values()
    )
    if not files:
        raise InputError(f"{name} has no offline run of W&B (run-….wandb) below it")
    runs = {}
    for path in files:
        run = _run(path)
        runs[run.run_id] = run  # one that was resumed has several files; the last counts
        progress("runs read", len(runs), len(files))
    return ImportedRuns(f"wandb:{name}", f"the W&B runs in {name}", tuple(runs.values()))


def _run(path: Path) -> ImportedRun:
    config: dict[str, object] = {}
    summary: dict[str, object] = {}
    curves: dict[str, dict[int, float]] = {}
    about: dict[int, bytes] = {}
    code: int | None = None
    with _explained(path):
        for kind, content in _records(path.read_bytes()):
            if kind == HISTORY:
                _take_history(content, curves)
            elif kind == SUMMARY:
                summary |= _items(content, 1)
            elif kind == CONFIG:
                config |= _items(content, 1)
            elif kind == EXIT:
                code = int(dict(fields_of(content)).get(1, 0))
            elif kind == RUN:
                about = {n: v for n, v in fields_of(content) if isinstance(v, bytes)}
                config |= _items(about.get(4, b""), 1)
    last = {name: values[max(values)] for name, values in curves.items()}
    return ImportedRun(
        run_id=about.get(1, path.stem.encode()).decode(errors="replace"),
        name=about.get(8, b"").decode(errors="replace") or path.parent.name,
        state="running" if code is None else "failed" if code else "finished",
        params=flattened({k: v for k, v in config.items() if not k.startswith(OWN)}),
        metrics={**last, **_numbers(summary)},
        started_ms=_started(about.get(17, b"")),
        load_curve=partial(_curve, path),
    )


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Name a file that cannot be read."""
    try:
        yield
    except (OSError, ValueError, struct.error) as error:
        raise InputError(f"{path} must be a file of an offline run of W&B: {error}") from None


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and content of each record; a record that a crash cut short ends them."""
    if content[:4] != START:
        raise ValueError("it does not start like one")
    whole, position = b"", BEFORE
    while position + BEFORE <= len(content):
        if BLOCK - position % BLOCK < BEFORE:
            position += BLOCK - position % BLOCK
            continue
        length, kind = struct.unpack_from("<HB", content, position + 4)
        part = content[position + BEFORE : position + BEFORE + length]
        position += BEFORE + length
        if len(part) < length or kind not in (FULL, FIRST, MIDDLE, LAST):
            return
        whole = part if kind in (FULL, FIRST) else whole + part
        if kind in (FULL, LAST):
            for number, value in fields_of(whole):
                if isinstance(value, bytes) and number in (HISTORY, SUMMARY, CONFIG, RUN, EXIT):
                    yield number, value


def _items(message: bytes, wanted: int) -> dict[str, object]:
    """Name → value of a record's items, whose values are JSON."""
    found = {}
    for number, item in fields_of(message):
        if number != wanted or not isinstance(item, bytes):
            continue
        key, nested, text = "", [], b""
        for place, value in fields_of(item):
            if isinstance(value, bytes) and place == 1:
                key = value.decode(errors="replace")
            elif isinstance(value, bytes) and place == 2:
                nested.append(value.decode(errors="replace"))
            elif isinstance(value, bytes) and place == 16:
                text = value
        try:
            found[".".join(nested) or key] = json.loads(text)
        except (ValueError, RecursionError):
            continue
    return found


def _take_history(message: bytes, curves: dict[str, dict[int, float]]) -> None:
    row = _items(message, 1)
    step = row.get("_step")
    for name, value in _numbers(row).items():
        values = curves.setdefault(name, {})
        values[step if isinstance(step, int) else len(values)] = value


def _numbers(items: Mapping[str, object]) -> dict[str, float]:
    """The numbers among a record's items that the user logged."""
    found = {name: number_of(value) for name, value in items.items() if not name.startswith(OWN)}
    return {name: value for name, value in found.items() if value is not None}


def _started(timestamp: bytes) -> int:
    """Milliseconds since 1970 of a protocol buffer's ``Timestamp``."""
    seconds = dict(fields_of(timestamp)).get(1, 0)
    return 1000 * seconds if isinstance(seconds, int) else 0


def _curve(path: Path, metric: str) -> list[float]:
    curves: dict[str, dict[int, float]] = {}
    with _explained(path):
        for kind, content in _records(path.read_bytes()):
            if kind == HISTORY:
                _take_history(content, curves)
    values = curves.get(metric, {})
    return [values[step] for step in sorted(values)]


def _of_project(name: str, progress: Progress) -> ImportedRuns:
    """Runs of a project on W&B's server, by its own client."""
    if name.count("/") != 1 or not all(name.split("/")):
        raise InputError(
            f"runs of W&B must be a folder of offline runs or a project ENTITY/PROJECT, but {name} "
            "is neither"
        )
    if find_spec("wandb") is None:
        raise InputError(
            f"the project {name} needs W&B's own client: pip install wandb and log in, export its "
            "runs as CSV and name that file, or name a folder of offline runs"
        )
    import wandb

    try:
        found = [_of_server(run) for run in wandb.Api().runs(name)]
    except Exception as error:  # of its client, of any kind
        raise StoreError(f"W&B must have the project {name}, but it answered: {error}") from None
    progress("runs read", len(found), len(found))
    return ImportedRuns(f"wandb:{name}", f"the W&B project {name}", tuple(found))


def _of_server(run: "wandb.apis.public.Run") -> ImportedRun:
    return ImportedRun(
        run_id=str(run.id),
        name=str(run.name),
        state=STATES.get(str(run.state).lower(), "finished"),
        params=flattened({k: v for k, v in run.config.items() if not k.startswith(OWN)}),
        metrics=_numbers(dict(run.summary)),
        load_curve=partial(_server_curve, run),
    )


def _server_curve(run: "wandb.apis.public.Run", metric: str) -> list[float]:
    return [float(row[metric]) for row in run.scan_history(keys=[metric]) if metric in row]
