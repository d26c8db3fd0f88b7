"""Weights & Biases: folders of offline runs, read without ``wandb``; projects by its API.

A run's file is a log of LevelDB (blocks of 32 KiB; 7 bytes before each part: checksum, length,
kind) whose records are protocol buffers of ``wandb_internal.proto``; numbers in the code are that
file's field numbers.
"""

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from seedbed.system.errors import InputError
from seedbed.system.progress import Progress, silent
from seedbed.tracking.importing.curve_summary import summaries_of
from seedbed.tracking.importing.event_files import fields_of
from seedbed.tracking.importing.imported_runs import ImportedRun, ImportedRuns
from seedbed.tracking.importing.tools.json_rows import flattened
from seedbed.tracking.importing.tools.wandb_project import (
    OWN,
    facts_of,
    numbers_of,
    read_wandb_project,
    tags_of,
)

BLOCK, BEFORE = 32_768, 7
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4
START = b":W&B"
HISTORY, SUMMARY, CONFIG, RUN, EXIT = 2, 3, 5, 17, 18
"""Kinds of records that are read."""
GROUP, JOB_TYPE, TAGS, GIT, COMMIT = 6, 7, 10, 21, 2
"""Fields of the record of a run, and of its record of git."""


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
        return read_wandb_project(name, progress)
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
    oldest_first = sorted(runs.values(), key=lambda run: run.started_ms)
    return ImportedRuns(f"wandb:{name}", f"the W&B runs in {name}", tuple(oldest_first))


def _run(path: Path) -> ImportedRun:
    config: dict[str, object] = {}
    summary: dict[str, object] = {}
    curves: dict[str, dict[int, float]] = {}
    about: dict[int, bytes] = {}
    tags: list[str] = []
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
                tags = [_text(v) for n, v in fields_of(content) if n == TAGS]
                config |= _items(about.get(4, b""), 1)
    last = {name: values[max(values)] for name, values in curves.items()}
    by_step = {name: [values[step] for step in sorted(values)] for name, values in curves.items()}
    return ImportedRun(
        run_id=_text(about.get(1)) or path.stem,
        name=_text(about.get(8)) or path.parent.name,
        state="running" if code is None else "failed" if code else "finished",
        params=flattened({k: v for k, v in config.items() if not k.startswith(OWN)}),
        metrics={**last, **numbers_of(summary)},
        tags=tags_of(_text(about.get(GROUP)), _text(about.get(JOB_TYPE)), tags),
        facts=facts_of(_text(dict(fields_of(about.get(GIT, b""))).get(COMMIT))),
        started_ms=_started(about.get(17, b"")),
        curves=summaries_of(by_step),
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
    for name, value in numbers_of(row).items():
        values = curves.setdefault(name, {})
        values[step if isinstance(step, int) else len(values)] = value


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else ""


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
