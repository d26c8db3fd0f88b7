"""From run folders to MLflow: in order, exactly once, again after a failure.

How far a folder has been delivered stands in its ``delivered.json``. Repeating a step is harmless:
metrics carry their own time stamps, and a run is found again by its delivery tag. One process at a
time delivers a folder (a lock file says which); a folder whose end was delivered is removed.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.system.files.atomic_files import remove_whole, write_whole
from seedbed.system.files.file_lock import open_lock, try_lock
from seedbed.system.text.terminal_escape import inert
from seedbed.tracking.mlflow_private import upload_files
from seedbed.tracking.schema import ENVIRONMENT, TAG_DELIVERY
from seedbed.tracking.store import Store
from seedbed.tracking.writing.dataset_input import dataset_input
from seedbed.tracking.writing.delivery_batch import Batch
from seedbed.tracking.writing.delivery_note import NOTE, delivery_note, noted_address
from seedbed.tracking.writing.joined_client import JoinedClient, fits
from seedbed.tracking.writing.parent_run import STATUS
from seedbed.tracking.writing.run_folder import End, Epoch, ForeignFolderError, RunFolder
from seedbed.tracking.writing.run_header import now_ms
from seedbed.tracking.writing.run_names import table_name
from seedbed.tracking.writing.run_tags import end_tags, start_tags

if TYPE_CHECKING:
    from mlflow import MlflowClient

LOG = logging.getLogger(__name__)
TOO_LATE = "another run of this cell had been given the cell before this one ended"
NEW_MS = 60_000
"""A folder is new for so long after its run began: nobody can have delivered it before."""


def deliver(folder: RunFolder, store: Store) -> bool:
    """Bring MLflow up to date with the folder; True once the run's end has been delivered.

    Raises:
        StoreError: The store cannot be reached; the folder stays, and a later call goes on.
    """
    with _locked(folder.path) as mine:
        if not mine:
            return False
        with store.explained():
            return _Delivery(folder, store).go_on()


def is_held(folder: RunFolder) -> bool:
    """Whether another process delivers the folder now."""
    with _locked(folder.path) as mine:
        return not mine and folder.path.exists()


def all_folders(folders: Path) -> list[RunFolder]:
    """Every run folder, the oldest first; a foreign folder is set aside with a warning."""
    started: list[tuple[int, str, RunFolder]] = []
    for path in folders.glob("[!.]*/run.json"):
        folder = RunFolder(path.parent)
        try:
            started.append((folder.header.started_ms, str(path), folder))
        except FileNotFoundError:  # delivered and removed in between
            continue
        except (ForeignFolderError, OSError) as error:
            if path not in _set_aside:
                _set_aside.add(path)
                LOG.warning("set aside: %s", inert(error))
    return [folder for _, _, folder in sorted(started, key=lambda item: item[:2])]


_set_aside: set[Path] = set()
"""Headers that this process has warned of."""


def deliver_all(parent: Path, store: Store) -> list[RunFolder]:
    """Deliver every folder under ``parent``, the oldest first; returns those that did not end."""
    return [folder for folder in all_folders(parent) if not deliver(folder, store)]


def run_id_of(folder: RunFolder) -> str | None:
    """MLflow's id of the folder's run, or None before the first delivery."""
    found = delivery_note(folder).get("run_id")
    return str(found) if found else None


class _Delivery:
    def __init__(self, folder: RunFolder, store: Store) -> None:
        self.folder = folder
        self.store = store
        self.header = folder.header
        self.cursor = delivery_note(folder)
        self.is_note_foreign = not self.cursor and (folder.path / NOTE).exists()
        self.batch = Batch()
        self.artifact_uri = noted_address(self.cursor)
        self.joined: JoinedClient | None = None

    def go_on(self) -> bool:
        if self.cursor.get("ended"):
            remove_whole(self.folder.path)
            return True
        run_id = self.cursor.get("run_id") or self._start()
        events = list(self.folder.events())
        epochs = [event for event in events if isinstance(event, Epoch)]
        for epoch in epochs[self.cursor.get("epochs", 0) :]:
            self.batch.add_points(epoch.metrics, epoch.time_ms, epoch.epoch)
        end = events[-1] if events and isinstance(events[-1], End) else None
        if end is not None and self.header.sweep and end.state == "finished":
            end = _as_counted(end, self.folder.counted())
        if end is not None:
            self.joined = self._joined()
            self._add_end(run_id, end)
        if self.batch or "run_id" not in self.cursor:
            self.batch.log(self.client, run_id)
            self._save(run_id=run_id, epochs=len(epochs), artifact_uri=self.artifact_uri)
        if end is None:
            return False
        self._close(run_id, end)
        return True

    @property
    def client(self) -> "MlflowClient | JoinedClient":
        """Writes the run: at once, or in one request at its end."""
        return self.joined or self.store.client

    def _joined(self) -> JoinedClient | None:
        """What sends the run's end in one request, if server and files allow that."""
        address = self.artifact_uri
        if not fits(address, self.folder.artifacts) or not self.store.takes_joined_requests():
            return None
        return JoinedClient(self.store.uri, str(address))

    def _start(self) -> str:
        """Make the run, or find it; its id is noted once its parameters are logged."""
        header, client = self.header, self.store.client
        tags = start_tags(header)
        self.batch.params = dict(header.params)
        if header.adopt_run_id:
            run_id = header.adopt_run_id
            adopted = client.get_run(run_id)
            self.store.checked_artifacts(client.get_experiment(adopted.info.experiment_id))
            present = adopted.data.params
            self.batch.params = {k: v for k, v in header.params.items() if k not in present}
            self.batch.tags = tags
            client.update_run(run_id, name=table_name(header))
            return run_id
        experiment = self.store.experiment_id(header.experiment)
        if found := self._started_before(experiment):
            self.batch.tags = tags
            return found
        return self._create(experiment, tags)

    def _started_before(self, experiment_id: str) -> str | None:
        """The run that an interrupted delivery made before it could note its id.

        The note of it may be lost, so the store is asked about a folder that is not new.
        """
        is_new = now_ms() - self.header.started_ms < NEW_MS and not self.is_note_foreign
        if is_new and not self.cursor.get("creating"):
            return None
        filter_string = f"tags.{TAG_DELIVERY} = '{self.header.delivery}'"
        found = self.store.client.search_runs([experiment_id], filter_string, max_results=1)
        return found[0].info.run_id if found else None

    def _create(self, experiment_id: str, tags: dict[str, str]) -> str:
        self._save(creating=True)
        with self.store.asked_once() as client:
            run = client.create_run(
                experiment_id,
                start_time=self.header.started_ms,
                tags=tags,
                run_name=table_name(self.header),
            )
        self.artifact_uri = run.info.artifact_uri
        return str(run.info.run_id)

    def _add_end(self, run_id: str, end: End) -> None:
        """Deliver the files, and add the run's end to what is logged next."""
        if not self.cursor.get("artifacts"):
            self._upload(run_id)
            self._save(artifacts=True)
        self.batch.tags = {**self.batch.tags, **end_tags(end, self.folder.artifacts)}
        self.batch.add_points(end.metrics, end.time_ms, 0)

    def _upload(self, run_id: str) -> None:
        files = str(self.folder.artifacts)
        if not any(self.folder.artifacts.iterdir()):
            return
        if self.artifact_uri is None or self.joined is not None:
            self.client.log_artifacts(run_id, files)
        else:
            upload_files(files, self.artifact_uri, self.store.uri)

    def _close(self, run_id: str, end: End) -> None:
        """Note the data set, close the run, and remove the folder."""
        environment = self.folder.artifacts / ENVIRONMENT
        if found := dataset_input(environment, self.header.params, self.header.experiment):
            self.client.log_inputs(run_id, datasets=[found])
        self.client.set_terminated(run_id, STATUS[end.state], end.time_ms)
        if self.joined is not None:
            self.joined.send()
            self.joined = None
        self._save(ended=True)
        remove_whole(self.folder.path)

    def _save(self, **changes: object) -> None:
        self.cursor.update(changes)
        if self.joined is None:  # else nothing of it has been sent
            write_whole(self.folder.path / NOTE, json.dumps(self.cursor))


def _as_counted(end: End, taken: bool | None) -> End | None:
    """The end of a sweep's run: none before its ledger counted it, another if it came too late."""
    if taken is None or taken:
        return end if taken else None
    return replace(end, state="stopped", reason=TOO_LATE)


@contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Hold the folder's delivery lock; yields False when somebody else does or it is gone."""
    lock = path.parent / f".{path.name}.lock"
    try:
        stream = open_lock(lock)
    except FileNotFoundError:
        yield False
        return
    with stream:
        if not try_lock(stream):
            yield False
            return
        if not (path / "run.json").exists():
            _drop_lock(lock, path)
            yield False
            return
        yield True
        _drop_lock(lock, path)


def drop_locks(folders: Path) -> None:
    """Remove the locks of folders that are gone: a killed delivery could not."""
    for lock in folders.glob(".*.lock"):
        _drop_lock(lock, folders / lock.name[1 : -len(".lock")])


def _drop_lock(lock: Path, folder: Path) -> None:
    if not folder.exists():
        lock.unlink(missing_ok=True)
