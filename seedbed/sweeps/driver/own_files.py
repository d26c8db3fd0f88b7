"""A user's own script or experiment file in the record of a sweep: its digest, and its commit."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from seedbed.runs.custom.experiment_file import is_path
from seedbed.runs.execution.catalog import SCRIPT
from seedbed.runs.script.script_files import imported_files, read
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.driver.script_findings import scripts_of
from seedbed.system.errors import InputError
from seedbed.system.files.git_commit import commit_of
from seedbed.tracking.schema import DESIGN_MAX

MOST = 6


def with_own_files(design: Design) -> Mapping[str, object]:
    """What the ``design`` tag says of a sweep, with ``files`` where it runs a user's own code.

    Args:
        design: The sweep.
    """
    fields = design.described()
    files = _own_files(design)
    if not files:
        return fields
    whole = {**fields, "files": files}
    if len(json.dumps(whole)) > DESIGN_MAX:
        whole.pop("grid", None)
    return whole if len(json.dumps(whole)) <= DESIGN_MAX else fields


def _own_files(design: Design) -> list[dict[str, object]]:
    files: list[tuple[Path, list[Path]]] = []
    with suppress(InputError, OSError):  # one was moved a moment ago: its runs say so
        if design.experiment == SCRIPT:
            files = [(path, imported_files(read(path))) for path in scripts_of(design)[:MOST]]
        elif is_path(design.reference):
            files = [(Path(design.reference), [])]
        return [_described(path, imported) for path, imported in files]
    return []


def _described(path: Path, imported: list[Path]) -> dict[str, object]:
    commit, changed = commit_of(path, imported)
    return {
        "name": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "commit": commit,
        "changed": changed,
    }
