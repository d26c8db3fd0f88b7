"""A run's files: read where they lie, or fetched once into the store's cache."""

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlparse

from seedbed.system.errors import NotRecordedError, StoreError
from seedbed.system.readers_folders import readers_folder
from seedbed.tracking import schema
from seedbed.tracking.digests import is_as_recorded
from seedbed.tracking.store import Store, masked

if TYPE_CHECKING:
    from mlflow.entities import Run


class ChangedFileError(StoreError):
    """A run's file is not what the run recorded."""


def artifact(run: "Run", name: str, store: Store) -> Path:
    """A file of a run: as it lies on this machine, else from the cache, else fetched into it whole.

    Raises:
        NotRecordedError: The run has no such file.
        ChangedFileError: The file was changed or damaged since the run recorded it.
        StoreError: The store cannot be reached.
    """
    folder = _on_this_machine(run.info.artifact_uri)
    digests = run.data.tags.get(schema.TAG_DIGESTS, "")
    if folder is not None:
        path = folder / name
        if not path.is_file():  # a pipe or a device holds nobody up
            raise NotRecordedError(
                f"Run {run.info.run_id} has no {name}: it is not in its artifacts."
            )
    else:
        path = _cached(run, name, store)
        if path.exists() and not is_as_recorded(digests, name, path):
            path.unlink()
        if not path.exists():
            _fetch(run, name, path, store)
    if is_as_recorded(digests, name, path):
        return path
    if folder is None:
        path.unlink()
    raise ChangedFileError(
        f"{name} of run {run.info.run_id} must be as the run recorded it, but it was changed or "
        "damaged since: delete that run and run the sweep again."
    )


def cache_key(run: "Run", store: Store) -> str:
    """Where a run's files lie in the cache: by store, experiment and run.

    Nothing else counts. Tags can be copied, and a run that had another run's tags would put its
    files in the other's place.
    """
    place = (masked(store.uri), run.info.experiment_id, run.info.run_id)
    return hashlib.sha256("\n".join(place).encode(errors="replace")).hexdigest()


def forget(run: "Run", name: str, store: Store) -> bool:
    """Remove a file from the cache; False where it was not from there."""
    if _on_this_machine(run.info.artifact_uri) is not None:
        return False
    path = _cached(run, name, store)
    found = path.exists()
    path.unlink(missing_ok=True)
    return found


def _cached(run: "Run", name: str, store: Store) -> Path:
    folder = readers_folder("cache", "artifacts", cache_key(run, store))
    return folder / name.replace("/", "__")


def _on_this_machine(uri: str) -> Path | None:
    """The run's folder of artifacts, where it is a folder of this machine."""
    parts = urlparse(uri)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return Path(unquote(parts.path))
    return Path(uri) if not parts.scheme else None


def _fetch(run: "Run", name: str, target: Path, store: Store) -> None:
    from mlflow.artifacts import download_artifacts

    with store.explained(), tempfile.TemporaryDirectory(dir=target.parent) as folder:
        try:
            found = download_artifacts(
                artifact_uri=f"{run.info.artifact_uri.rstrip('/')}/{name}",
                dst_path=folder,
                tracking_uri=store.uri,
            )
        except Exception:  # each artifact store raises its own
            if _lists(run, name, store):
                raise
            raise NotRecordedError(
                f"Run {run.info.run_id} has no {name} among its artifacts."
            ) from None
        shutil.move(found, target)


def _lists(run: "Run", name: str, store: Store) -> bool:
    """Whether the store says that the run has the file; what it raises means it cannot be asked."""
    folder = name.rpartition("/")[0] or None
    listed = store.client.list_artifacts(run.info.run_id, folder)
    return any(one.path == name for one in listed)
