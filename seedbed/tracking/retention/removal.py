"""Which files of old runs may go, and their removal: checkpoints and predictions, nothing else.

What holds a run's files, whatever the rules say (docs/decisions/0031-what-prune-never-takes.md):
a version in the model registry, a sweep that has not ended, a report that a person asked for, and
the tag ``keep``.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from seedbed.system.errors import NotRecordedError
from seedbed.system.files.regular_file import NotRegularError, regular_text
from seedbed.tracking import schema
from seedbed.tracking.foreign_values import json_object
from seedbed.tracking.reading.artifact_files import artifact, forget
from seedbed.tracking.store import Store

if TYPE_CHECKING:
    from mlflow.entities import Run

CHECKPOINTS, PREDICTIONS = "checkpoints", "predictions"
KINDS = (CHECKPOINTS, PREDICTIONS)
PATHS = {CHECKPOINTS: "checkpoints", PREDICTIONS: schema.PREDICTIONS}
FINDINGS = f"{schema.REPORT_FOLDER}/findings.json"
LATEST_MS = 253_402_300_799_000
"""The end of the year 9999; a run that ended later has no date."""


@dataclass(frozen=True)
class PrunableRun:
    """A run's files that could go.

    Attributes:
        run_id: MLflow's id.
        name: Readable name.
        sweep: Name of its sweep; empty for a run started by hand.
        series: Its series, where the sweep is a night; else the sweep's name.
        parent: MLflow's id of the parent run; empty without.
        ended: When it ended.
        score: Highest validation accuracy, negative lowest loss; what ``best`` goes by.
        files: Path → bytes.
        held: Why they must not go; empty where they may.
    """

    run_id: str
    name: str
    sweep: str
    series: str
    parent: str
    ended: datetime
    score: tuple[float, float]
    files: dict[str, int] = field(default_factory=dict)
    held: str = ""

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(self.files.values())


def holdings(store: Store, kinds: Collection[str] = KINDS) -> Iterator[PrunableRun]:
    """Every run that has ended and has such files, with what holds them.

    Args:
        store: Where.
        kinds: ``checkpoints``, ``predictions`` or both.

    Raises:
        StoreError: The store cannot be reached.
    """
    parents = {run.info.run_id: run for run in store.runs(f"tags.{schema.TAG_KIND} = 'sweep'")}
    registered = _registered(store)
    reported = {key: _reported(run, store) for key, run in parents.items()}
    for run in store.runs(f"tags.{schema.TAG_KIND} = 'run'"):
        if run.info.status in ("RUNNING", "SCHEDULED"):
            continue
        if not 0 < (run.info.end_time or 0) < LATEST_MS:
            continue
        files = dict(_files(run, store, kinds))
        if not files:
            continue
        parent = parents.get(run.data.tags.get(schema.TAG_PARENT, ""))
        yield _holding(run, parent, files, _held(run, parent, registered, reported))


def remove(store: Store, one: PrunableRun, day: datetime) -> bool:
    """Remove the files of one run; its tag says so first, so that nobody looks for them in vain.

    Returns:
        False if its sweep has begun to run again since, so that the files stayed.

    Raises:
        StoreError: The store cannot be reached, or does not allow it.
    """
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    with store.explained():
        run = store.client.get_run(one.run_id)
        if one.parent and _is_awaited(run, store.client.get_run(one.parent)):
            return False
        kinds = sorted({kind for kind in KINDS for path in one.files if _is(path, kind)})
        before = [part for part in run.data.tags.get(schema.TAG_REMOVED, "").split("; ") if part]
        news = f"{', '.join(kinds)} on {day.astimezone(UTC):%Y-%m-%d}"
        store.client.set_tag(
            one.run_id, schema.TAG_REMOVED, "; ".join(dict.fromkeys([*before, news]))
        )
        repository: Any = get_artifact_repository(run.info.artifact_uri)
        for path in one.files:
            repository.delete_artifacts(path)
            forget(run, path, store)
    return True


def _is(path: str, kind: str) -> bool:
    return path == PATHS[kind] or path.startswith(f"{PATHS[kind]}/")


def _files(run: "Run", store: Store, kinds: Collection[str]) -> Iterator[tuple[str, int]]:
    with store.explained():
        for one in store.client.list_artifacts(run.info.run_id):
            if one.is_dir and CHECKPOINTS in kinds and one.path == PATHS[CHECKPOINTS]:
                for inner in store.client.list_artifacts(run.info.run_id, one.path):
                    if not inner.is_dir:
                        yield inner.path, int(inner.file_size or 0)
            elif PREDICTIONS in kinds and one.path == PATHS[PREDICTIONS]:
                yield one.path, int(one.file_size or 0)


def _holding(run: "Run", parent: "Run | None", files: dict[str, int], held: str) -> PrunableRun:
    tags = parent.data.tags if parent else run.data.tags
    sweep = tags.get(schema.TAG_SWEEP, "")
    metrics = run.data.metrics
    return PrunableRun(
        run_id=run.info.run_id,
        name=run.info.run_name or "",
        sweep=sweep,
        series=tags.get(schema.TAG_SERIES, sweep),
        parent=parent.info.run_id if parent else "",
        ended=datetime.fromtimestamp(run.info.end_time / 1000, UTC),
        score=(metrics.get(schema.VAL_ACCURACY, -1.0), -metrics.get(schema.VAL_LOSS, 1e9)),
        files=files,
        held=held,
    )


def _held(
    run: "Run",
    parent: "Run | None",
    registered: dict[str, str],
    reported: dict[str, frozenset[str] | None],
) -> str:
    """Why a run's files must not go; empty where they may."""
    run_id = run.info.run_id
    for key, model in registered.items():
        if key == run_id or run_id in key:
            return f"the registry's {model}"
    own = run.data.tags.get(schema.TAG_KEEP)
    whole = parent.data.tags.get(schema.TAG_KEEP) if parent else None
    if "true" in (own, whole):
        return "the tag keep"
    return "" if parent is None else _held_by_sweep(run, parent, reported[parent.info.run_id])


def _held_by_sweep(run: "Run", parent: "Run", named: frozenset[str] | None) -> str:
    """Why a run's sweep holds its files, by the runs that its report names; else empty."""
    sweep = parent.data.tags.get(schema.TAG_SWEEP, "")
    if _is_awaited(run, parent):
        return f"the sweep {sweep}, which has not ended"
    if named is None:
        return "a report that is damaged"
    if run.info.run_id in named and not _is_released(run, parent):
        return f"the report of {sweep}"
    return ""


def _is_released(run: "Run", parent: "Run") -> bool:
    """Whether a person said that the sweep need not keep the run's files."""
    return "false" in (run.data.tags.get(schema.TAG_KEEP), parent.data.tags.get(schema.TAG_KEEP))


def _is_awaited(run: "Run", parent: "Run") -> bool:
    """Whether the run's sweep runs, or was interrupted: its report will read the files."""
    goes_on = str(parent.info.status) in ("RUNNING", "SCHEDULED")
    return goes_on and not _is_released(run, parent)


def _registered(store: Store) -> dict[str, str]:
    """Run ids and sources that versions in the model registry name, with the version's name."""
    found: dict[str, str] = {}
    token = None
    with store.explained():
        while True:
            page = store.client.search_model_versions("", page_token=token)
            for one in page:
                label = f"{one.name} version {one.version}"
                for key in (one.run_id, one.source, _source_run(store, one.model_id)):
                    if key:
                        found[key] = label
            token = page.token
            if not token:
                return found


def _source_run(store: Store, model_id: str | None) -> str | None:
    """The run of a logged model; a model that is gone names none."""
    from mlflow.exceptions import MlflowException

    if not model_id:
        return None
    try:
        return str(store.client.get_logged_model(model_id).source_run_id or "") or None
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return None
        raise


def _reported(parent: "Run", store: Store) -> frozenset[str] | None:
    """Ids of the runs that a sweep's report names; of a night none, its report comes by itself.

    Returns:
        The ids; None if the report is damaged, so that it is not known what it names.

    Raises:
        StoreError: The store cannot be reached.
    """
    if schema.TAG_NIGHT in parent.data.tags:
        return frozenset()
    with store.explained():
        listed = store.client.list_artifacts(parent.info.run_id, schema.REPORT_FOLDER)
    if not any(one.path == FINDINGS for one in listed):
        return frozenset()
    try:
        content = json_object(regular_text(artifact(parent, FINDINGS, store), errors="replace"))
        return frozenset(_ids(content)) if content else None
    except (NotRecordedError, NotRegularError, RecursionError):  # another kind of file, or too deep
        return None


def _ids(content: object) -> Iterator[str]:
    """Every ``run_id`` in a report's findings."""
    if isinstance(content, dict):
        for key, value in content.items():
            if key == "run_id" and isinstance(value, str):
                yield value
            else:
                yield from _ids(value)
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for value in content:
            yield from _ids(value)
