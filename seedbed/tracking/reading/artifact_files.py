"""A run's files: read where they lie, or fetched once into the store's cache."""

import hashlib
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlparse

from seedbed.system.errors import NotRecordedError
from seedbed.system.paths import store_folder
from seedbed.tracking import schema
from seedbed.tracking.store import Store

if TYPE_CHECKING:
    from mlflow.entities import Run


def artifact(run: "Run", name: str, store: Store) -> Path:
    """A file of a run: as it lies on this machine, else from the cache, else fetched into it whole.

    Raises:
        NotRecordedError: The run has no such file.
        StoreError: The store cannot be reached.
    """
    folder = _on_this_machine(run.info.artifact_uri)
    if folder is not None:
        if not (folder / name).exists():
            raise NotRecordedError(
                f"Run {run.info.run_id} has no {name}: it is not in its artifacts."
            )
        return folder / name
    target = store_folder("cache", "artifacts", cache_key(run)) / name.replace("/", "__")
    return target if target.exists() else _fetched(run, name, target, store)


def cache_key(run: "Run") -> str:
    """Where a run's files lie in the cache: runs of one cell with equal weights share them."""
    tags = run.data.tags
    fingerprint, cell = tags.get(schema.TAG_FINGERPRINT), tags.get(schema.TAG_CELL)
    if not fingerprint or not cell:
        return str(run.info.run_id)
    environment = tags.get(schema.TAG_ENVIRONMENT, "")[:16]
    key = "-".join(part for part in (cell, fingerprint[:32], environment) if part)
    if re.fullmatch(r"[A-Za-z0-9_-]{1,120}", key):
        return key
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()  # tags can be set by hand


def forget(run: "Run", name: str) -> bool:
    """Remove a file from the cache; False where it was not from there."""
    if _on_this_machine(run.info.artifact_uri) is not None:
        return False
    path = store_folder("cache", "artifacts", cache_key(run)) / name.replace("/", "__")
    found = path.exists()
    path.unlink(missing_ok=True)
    return found


def _on_this_machine(uri: str) -> Path | None:
    """The run's folder of artifacts, where it is a folder of this machine."""
    parts = urlparse(uri)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return Path(unquote(parts.path))
    return Path(uri) if not parts.scheme else None


def _fetched(run: "Run", name: str, target: Path, store: Store) -> Path:
    from mlflow.artifacts import download_artifacts

    with store.explained(), tempfile.TemporaryDirectory(dir=target.parent) as folder:
        try:
            found = download_artifacts(
                artifact_uri=f"{run.info.artifact_uri.rstrip('/')}/{name}",
                dst_path=folder,
                tracking_uri=store.uri,
            )
        except Exception:
            if _lists(run, name, store):
                raise
            raise NotRecordedError(
                f"Run {run.info.run_id} has no {name} among its artifacts."
            ) from None
        shutil.move(found, target)
    return target


def _lists(run: "Run", name: str, store: Store) -> bool:
    """Whether the store says that the run has the file; what it raises means it cannot be asked."""
    folder = name.rpartition("/")[0] or None
    listed = store.client.list_artifacts(run.info.run_id, folder)
    return any(one.path == name for one in listed)
