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

from seedbed.system.files.atomic_files import remove_whole, write_whole
from seedbed.system.files.file_lock import open_lock, try_lock
from seedbed.system.files.regular_file import regular_text
from seedbed.system.text.terminal_escape import inert
from seedbed.tracking.digests import digest, digests_of
from seedbed.tracking.foreign_values import json_object
from seedbed.tracking.schema import (
    ENVIRONMENT,
    SCRIPT_JSON,
    TAG_CELL,
    TAG_CONFIGURATION,
    TAG_DELIVERY,
    TAG_DIGESTS,
    TAG_ENVIRONMENT,
    TAG_EXPERIMENT,
    TAG_FINGERPRINT,
    TAG_KIND,
    TAG_MAX,
    TAG_OWNER,
    TAG_PARENT,
    TAG_REASON,
    TAG_SCRIPT,
    TAG_SEEDS,
    TAG_STATE,
    TAG_SWEEP,
    TAG_TEST_EXAMPLES,
)
from seedbed.tracking.store import Store
from seedbed.tracking.writing.dataset_input import dataset_input
from seedbed.tracking.writing.delivery_batch import Batch
from seedbed.tracking.writing.delivery_note import NOTE, delivery_note
from seedbed.tracking.writing.parent_run import STATUS
from seedbed.tracking.writing.run_folder import End, Epoch, ForeignFolderError, RunFolder
from seedbed.tracking.writing.run_header import RunHeader, now_ms
from seedbed.tracking.writing.run_names import table_name

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
            self._add_end(run_id, end)
        if self.batch or "run_id" not in self.cursor:
            self.batch.log(self.store.client, run_id)
            self._save(run_id=run_id, epochs=len(epochs))
        if end is None:
            return False
        self._close(run_id, end)
        return True

    def _start(self) -> str:
        """Make the run, or find it; its id is noted once its parameters are logged."""
        header, client = self.header, self.store.client
        tags = _tags(header)
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
        return str(run.info.run_id)

    def _add_end(self, run_id: str, end: End) -> None:
        """Deliver the files, and add the run's end to what is logged next."""
        if not self.cursor.get("artifacts"):
            if any(self.folder.artifacts.iterdir()):
                self.store.client.log_artifacts(run_id, str(self.folder.artifacts))
            self._save(artifacts=True)
        tags: dict[str, str] = {TAG_STATE: end.state}
        if end.reason:
            tags[TAG_REASON] = end.reason[:5000]
        if end.fingerprint:
            tags[TAG_FINGERPRINT] = end.fingerprint
        if end.test_examples:
            tags[TAG_TEST_EXAMPLES] = str(end.test_examples)
        tags[TAG_DIGESTS] = digests_of(self.folder.artifacts)
        environment = self.folder.artifacts / ENVIRONMENT
        if environment.exists():
            tags[TAG_ENVIRONMENT] = digest(environment)
        if summary := _summary(self.folder.artifacts / SCRIPT_JSON):
            tags[TAG_SCRIPT] = summary
        self.batch.tags = {**self.batch.tags, **tags}
        self.batch.add_points(end.metrics, end.time_ms, 0)

    def _close(self, run_id: str, end: End) -> None:
        """Note the data set, close the run, and remove the folder."""
        environment = self.folder.artifacts / ENVIRONMENT
        if found := dataset_input(environment, self.header.params, self.header.experiment):
            self.store.client.log_inputs(run_id, datasets=[found])
        self.store.client.set_terminated(run_id, STATUS[end.state], end.time_ms)
        self._save(ended=True)
        remove_whole(self.folder.path)

    def _save(self, **changes: object) -> None:
        self.cursor.update(changes)
        write_whole(self.folder.path / NOTE, json.dumps(self.cursor))


def _as_counted(end: End, taken: bool | None) -> End | None:
    """The end of a sweep's run: none before its ledger counted it, another if it came too late."""
    if taken is None or taken:
        return end if taken else None
    return replace(end, state="stopped", reason=TOO_LATE)


def _tags(header: RunHeader) -> dict[str, str]:
    tags = {
        TAG_KIND: "run",
        TAG_STATE: "running",
        TAG_CELL: header.cell,
        TAG_SEEDS: json.dumps(dict(header.seeds)),
        TAG_OWNER: json.dumps(dict(header.owner)),
        TAG_DELIVERY: header.delivery,
        TAG_EXPERIMENT: header.experiment,
        "mlflow.source.name": header.params.get("script", f"experiments/{header.experiment}.py"),
        "mlflow.source.type": "LOCAL",
    }
    if header.sweep:
        tags[TAG_SWEEP] = header.sweep
    if header.configuration:
        tags[TAG_CONFIGURATION] = header.configuration[:TAG_MAX]
    if header.parent_run_id:
        tags[TAG_PARENT] = header.parent_run_id
    if header.commit:
        tags["mlflow.source.git.commit"] = header.commit
    return tags


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


def _summary(path: Path) -> str:
    """What ``script.json`` says in short, as JSON; empty where it is not a script or too long."""
    try:
        content = json_object(regular_text(path, errors="replace"))
    except FileNotFoundError:
        return ""
    text = json.dumps(content.get("summary", {}))
    return text if len(text) <= TAG_MAX else json.dumps({"number": content.get("headline")})
