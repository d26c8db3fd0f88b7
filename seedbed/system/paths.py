"""Where things lie on disk and which store is meant, in one place.

``SEEDBED_STORE`` names the folder for ledgers, run folders, cached data and reports
(default ``store`` in the clone); ``MLFLOW_TRACKING_URI`` names the MLflow store (default: the
SQLite file that ``mlflow run`` and ``mlflow ui`` use when started in the clone).
"""

import os
from pathlib import Path

from seedbed.system.errors import StoreError

ROOT = Path(__file__).resolve().parents[1]


def store_folder(*parts: str) -> Path:
    """A folder of the store, made when missing.

    Args:
        parts: Names of folders, each in the one before; a name from elsewhere cannot lead out.

    Raises:
        StoreError: It cannot be made or written, or a name is a path.
    """
    for part in parts:
        if part in ("", ".", "..") or set(part) & set("/\\\0"):
            raise StoreError(
                "A folder of the store must have a name without slashes, "
                f"got {part[:60]!a}: rename the sweep, or give a folder with --output."
            )
    base = Path(os.environ.get("SEEDBED_STORE") or ROOT / "store").absolute()
    folder = base.joinpath(*parts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:  # a name that the file system cannot write is either
        raise StoreError(
            f"The store needs a folder it can write, but {str(folder)[:200]!a} cannot be made "
            f"({getattr(error, 'strerror', error)}): set SEEDBED_STORE to a folder that is yours."
        ) from None
    if not os.access(folder, os.W_OK):
        raise StoreError(
            f"The store needs a folder it can write, but {folder} is read-only: "
            "set SEEDBED_STORE to a folder that is yours."
        )
    return folder


def tracking_uri() -> str:
    """MLflow's tracking URI: the environment's, or the embedded SQLite file."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{ROOT / 'mlflow.db'}"
