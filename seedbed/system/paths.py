"""Where things lie on disk and which store is meant, in one place.

In a clone, ``store/`` and ``mlflow.db`` lie at its root, where ``mlflow run`` and ``mlflow ui``
look. An installed copy keeps them in the user's data folder (``$XDG_DATA_HOME/seedbed``, by default
``~/.local/share/seedbed``), so that a sweep is found from any folder. ``SEEDBED_STORE`` and
``MLFLOW_TRACKING_URI`` name others.
"""

import errno
import os
from pathlib import Path

from seedbed.system.errors import StoreError
from seedbed.system.files.disk_errors import disk_error

PACKAGE = Path(__file__).resolve().parents[1]

IMPORT_ROOT = PACKAGE.parent
"""Working directory of child processes that run ``python -m seedbed``."""

CLONE = IMPORT_ROOT if (IMPORT_ROOT / "MLproject").is_file() else None
"""Root of the clone that this code belongs to; None where it is installed."""

SHIPPED = CLONE or PACKAGE / "_shipped"
"""Holds ``experiments/`` and ``sweeps/``."""

OTHER_HOME = (
    "set XDG_DATA_HOME to a folder that is yours, or SEEDBED_STORE and MLFLOW_TRACKING_URI."
)
"""How to replace an installed copy's data folder that cannot be written."""


def user_home() -> Path | None:
    """The user's home folder; None if HOME is not set and the system has no entry for the user."""
    try:
        return Path.home()
    except RuntimeError:
        return None


def home() -> Path:
    """The folder of ``store/``, ``mlflow.db`` and ``mlruns/``; it need not exist yet.

    Raises:
        StoreError: An installed copy is used by a user who has no home folder.
    """
    if CLONE is not None:
        return CLONE
    found = data_home()
    if found is None:
        raise StoreError(
            "The embedded store needs the user's home folder, but HOME is not set and the system "
            f"has no entry for user {os.getuid()}: {OTHER_HOME}"
        )
    return found


def data_home() -> Path | None:
    """Seedbed's folder among the user's data; None for a user who has no home folder."""
    base = os.environ.get("XDG_DATA_HOME")
    if base:
        return Path(base).absolute() / "seedbed"
    user = user_home()
    return user.absolute() / ".local" / "share" / "seedbed" if user else None


def store_path() -> Path:
    """Where the store is or would be; for whoever only reads, and may not be allowed to write.

    Raises:
        StoreError: As ``home``, if no variable names a store.
    """
    return Path(os.environ.get("SEEDBED_STORE") or home() / "store").absolute()


def store_folder(*parts: str) -> Path:
    """A folder of the store, made when missing.

    Args:
        parts: Names of folders, each in the one before; a name from elsewhere cannot lead out.

    Raises:
        StoreError: It cannot be made or written, or a name is a path.
    """
    return folder_below(store_path(), *parts)


def folder_below(base: Path, *parts: str) -> Path:
    """The same below another folder."""
    for part in parts:
        if part in ("", ".", "..") or set(part) & set("/\\\0"):
            raise StoreError(
                "A folder of the store must have a name without slashes, "
                f"got {part[:60]!a}: rename the sweep, or give a folder with --output."
            )
    folder = base.joinpath(*parts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:  # a name that the file system cannot write is either
        raise _full_disk(error, folder) or StoreError(
            f"The store needs a folder it can write, but {str(folder)[:200]!a} cannot be made "
            f"({getattr(error, 'strerror', error)}): {_other_place()}"
        ) from None
    if not os.access(folder, os.W_OK):
        raise StoreError(
            f"The store needs a folder it can write, but {folder} is read-only: {_other_place()}"
        )
    return folder


def _full_disk(error: Exception, folder: Path) -> StoreError | None:
    """The sentence for a disk without room; None where another place is the better advice."""
    is_read_only = isinstance(error, OSError) and error.errno == errno.EROFS
    return None if is_read_only else disk_error(error, folder)


def _other_place() -> str:
    """How to name a folder in place of one that cannot be written."""
    if CLONE is None and "SEEDBED_STORE" not in os.environ:
        return OTHER_HOME
    return "set SEEDBED_STORE to a folder that is yours."


def nothing_recorded_yet() -> bool:
    """Whether the store is a SQLite file that does not exist; quick, since nothing is imported."""
    uri = os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{home() / 'mlflow.db'}"
    file = sqlite_file(uri)
    return file is not None and not file.exists()


def sqlite_file(uri: str) -> Path | None:
    """The file of a SQLite store's address; None of another kind of store."""
    if not uri.startswith("sqlite:///"):
        return None
    return Path(uri.removeprefix("sqlite:///").partition("?")[0])


def tracking_uri() -> str:
    """MLflow's tracking URI: the environment's, or the embedded SQLite file.

    Raises:
        StoreError: The folder of the embedded file cannot be made, or an address cannot name it.
    """
    given = os.environ.get("MLFLOW_TRACKING_URI")
    if given:
        return given
    folder = home()
    if "?" in str(folder):  # an address ends there
        raise StoreError(
            f"The embedded store must have a path without a question mark, got {str(folder)!a}: "
            "set MLFLOW_TRACKING_URI (sqlite:////PATH/mlflow.db) and SEEDBED_STORE to paths "
            "without one."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _full_disk(error, folder) or StoreError(
            f"The embedded store needs a folder it can write, but {str(folder)[:200]!a} cannot be "
            f"made ({error.strerror}): {OTHER_HOME}"
        ) from None
    return f"sqlite:///{folder / 'mlflow.db'}"
