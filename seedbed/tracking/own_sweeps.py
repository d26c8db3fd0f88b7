"""Which sweeps of a shared server are this user's, and which one this store means by a name.

On a server other people may call a sweep or a series as this user does. So each parent run carries
its user's name, and the store notes the parent run of every sweep that was run from it.
"""

import getpass
import os
import re
from pathlib import Path

from seedbed.system.files.atomic_files import write_whole
from seedbed.system.files.regular_file import regular_text
from seedbed.system.paths import store_folder, store_path

SWEEP_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
RUN_ID = re.compile(r"[0-9a-f]{32}")


def this_user() -> str:
    """The user's name at the MLflow server if it asks for one, else on this machine."""
    given = os.environ.get("MLFLOW_TRACKING_USERNAME")
    if given:
        return given
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return f"uid {os.getuid()}"


def note_parent(sweep: str, run_id: str) -> None:
    """Note the parent run of a sweep that is run from this store."""
    if parent_of(sweep) != run_id:
        store_folder("ledgers")
        write_whole(_note(sweep), run_id)


def parent_of(sweep: str) -> str | None:
    """MLflow's id of the sweep of this name that was last run from this store; None if unknown."""
    if not SWEEP_NAME.fullmatch(sweep):
        return None
    try:
        text = regular_text(_note(sweep)).strip()
    except (OSError, ValueError):
        return None
    return text if RUN_ID.fullmatch(text) else None


def _note(sweep: str) -> Path:
    return store_path() / "ledgers" / f"{sweep}.parent"
