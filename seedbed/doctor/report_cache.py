"""Keeps reports, so that files which have not changed are not read through again.

A report depends on every file given, since names are followed between them; so it is kept for all
of them together, under a digest of their bytes, the settings, and the doctor's own code.
"""

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from seedbed.doctor.examine import examine
from seedbed.doctor.report.findings import Finding, Report
from seedbed.doctor.settings import Settings
from seedbed.doctor.source.find_files import find_files
from seedbed.doctor.source.parse import Problem

MOST_KEPT = 30
_FIELDS = ("cell", "line", "column", "code", "certainty", "message", "meaning", "physical", "mends")


def examine_or_recall(paths: Sequence[Path], settings: Settings) -> Report:
    """The report of scripts, from the cache if neither they nor the doctor have changed.

    Args:
        paths: What to read.
        settings: Which rules to ask, and what to leave out.

    Returns:
        The report; its findings have no patches to apply if it comes from the cache.

    Raises:
        InputError: A path does not exist.
    """
    try:
        place = cache_folder() / f"{_digest(find_files(paths, settings.exclude), settings)}.json"
    except (OSError, RuntimeError, ValueError):  # an unreadable file, or a user without a home
        return examine(paths, settings)
    kept = _recall(place)
    if kept is None:
        kept = examine(paths, settings)
        with contextlib.suppress(OSError):
            _keep(place, kept)
    return kept


def cache_folder() -> Path:
    """``$XDG_CACHE_HOME/seedbed/doctor``, by default below ``~/.cache``."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "seedbed" / "doctor"


def _digest(files: Sequence[Path], settings: Settings) -> str:
    """A digest of all that a report depends on."""
    own = Path(__file__).parent
    code = sorted(path for path in own.rglob("*.py"))
    total = hashlib.sha256(f"{sys.version}\n{Path.cwd()}\n{settings}".encode(errors="replace"))
    for path in [*code, *files]:
        name = os.fsencode(path)
        total.update(b"%d:%b" % (len(name), name))
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _recall(place: Path) -> Report | None:
    """A report that was kept; None if there is none, or if it cannot be understood."""
    try:
        content = json.loads(place.read_bytes())
        os.utime(place)
        return Report(
            content["read"],
            [_finding(found) for found in content["findings"]],
            [Problem(Path(path), why, blocks) for path, why, blocks in content["problems"]],
            content["ignored"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _finding(found: dict[str, Any]) -> Finding:
    return Finding(
        path=Path(found["path"]),
        fix=tuple(found["fix"]),
        lines=tuple(found["lines"]),
        **{name: found[name] for name in _FIELDS},
    )


def _keep(place: Path, report: Report) -> None:
    """Write a report at once, and drop the oldest ones."""
    place.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "read": report.read,
        "ignored": report.ignored,
        "problems": [(str(p.path), p.reason, p.blocks) for p in report.problems],
        "findings": [
            {
                "path": str(found.path),
                "fix": found.fix,
                "lines": found.lines,
                **{name: getattr(found, name) for name in _FIELDS},
            }
            for found in report.findings
        ],
    }
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            json.dump(content, stream)
        Path(name).replace(place)
    finally:
        Path(name).unlink(missing_ok=True)
    kept = sorted(place.parent.glob("*.json"), key=lambda path: path.stat().st_mtime)
    for old in kept[:-MOST_KEPT]:
        old.unlink(missing_ok=True)
