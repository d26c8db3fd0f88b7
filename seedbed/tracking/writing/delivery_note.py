"""How far a run folder was delivered to MLflow: its ``delivered.json``."""

import json
from collections.abc import Mapping
from typing import Any

from seedbed.system.files.regular_file import NotRegularError, regular_text
from seedbed.tracking.writing.joined_client import SERVED
from seedbed.tracking.writing.run_folder import RunFolder

NOTE = "delivered.json"


def delivery_note(folder: RunFolder) -> dict[str, Any]:
    """How far the folder was delivered; from the beginning if the note is lost or foreign."""
    try:
        note = json.loads(regular_text(folder.path / NOTE))
    except (FileNotFoundError, NotRegularError, ValueError, RecursionError):
        return {}
    if not isinstance(note, dict) or not isinstance(note.get("run_id", ""), str):
        return {}
    return note


def is_delivered(folder: RunFolder) -> bool:
    """Whether MLflow has the run's end, and its folder only waits to be removed."""
    return bool(delivery_note(folder).get("ended"))


def noted_address(note: Mapping[str, Any]) -> str | None:
    """The noted address for the run's artifacts, if it is one of this run on the server."""
    address, run_id = note.get("artifact_uri"), note.get("run_id")
    parts = address.split("/") if isinstance(address, str) else []
    return address if parts[:1] == [SERVED[:-1]] and run_id in parts else None
