"""Runs of any MLflow experiment, whatever wrote them; read, never written."""

import math
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlparse

from seedbed.system.errors import InputError, StoreError
from seedbed.system.paths import sqlite_file
from seedbed.system.processes.gc_pause import no_search
from seedbed.system.progress import Progress, silent
from seedbed.system.text.did_you_mean import nearest_name
from seedbed.tracking import schema
from seedbed.tracking.foreign_values import json_object
from seedbed.tracking.importing.curve_summary import CurveSummary
from seedbed.tracking.importing.imported_runs import (
    ENVIRONMENT_TAG,
    VERDICT_TAG,
    ImportedRun,
    ImportedRuns,
    parsed_value,
)
from seedbed.tracking.importing.mlflow_predictions import predictions_loader
from seedbed.tracking.mlflow_private import last_steps
from seedbed.tracking.run_states import State
from seedbed.tracking.store import PAGE, Store, masked, old_folders_allowed, store_address

if TYPE_CHECKING:
    from mlflow.entities import Experiment, Run

STATES: Mapping[str, State] = {
    "FINISHED": "finished",
    "FAILED": "failed",
    "KILLED": "killed",
    "RUNNING": "running",
    "SCHEDULED": "running",
}
NOT_COMPARED = ("host", "cores")
"""Parts of a recorded environment that change no bits."""
FACTS = {
    "mlflow.source.git.commit": "git commit",
    "mlflow.source.name": "script",
    "mlflow.project.version": "project version",
}
"""MLflow's own tags that tell whether runs are of one code → what they are called here."""


def read_mlflow(
    name: str, *, store: str | None = None, wanted: str = "", progress: Progress = silent
) -> ImportedRuns:
    """Every run of an experiment that is not deleted.

    Args:
        name: Name or id of the experiment.
        store: Tracking URI, or the path of a database or folder; as MLflow finds it unless given.
        wanted: MLflow's filter string, e.g. ``params.optimizer = 'adam'``.
        progress: Told how many runs are read.

    Raises:
        InputError: No such experiment or store, or a filter that MLflow cannot read.
        StoreError: The store cannot be reached.
    """
    opened, experiment = opened_experiment(name, store)
    runs: list[ImportedRun] = []
    with no_search():  # MLflow's entities hold no cycles, and all of them are kept
        for run in _pages(experiment.experiment_id, wanted, opened):
            if VERDICT_TAG not in run.data.tags:
                runs.append(_imported(run, opened))
            progress("runs read", len(runs), 0)
    runs.sort(key=lambda run: (run.started_ms, run.run_id))
    return ImportedRuns(
        f"mlflow:{name}",
        f"the MLflow experiment {experiment.name!r} in {masked(opened.uri)}",
        tuple(runs),
    )


def opened_experiment(name: str, store: str | None) -> "tuple[Store, Experiment]":
    """A store that answers, and an experiment in it; arguments and errors as ``read_mlflow``."""
    opened = Store(_uri(store))
    with old_folders_allowed():
        opened.check()
    return opened, _experiment(name, opened)


def _uri(given: str | None) -> str:
    """The tracking URI to read.

    Raises:
        InputError: A path that is not there; MLflow would make an empty store of it.
    """
    uri = store_address(given)
    path = _local_path(uri)
    if path is not None and not path.exists():
        raise InputError(
            f"an MLflow store must be a tracking URI, a database or a folder, but {path} does not "
            "exist: name another with --store"
        )
    return uri


def _local_path(uri: str) -> Path | None:
    if uri.startswith("file:"):
        return Path(unquote(urlparse(uri).path))
    return sqlite_file(uri)


def _experiment(name: str, store: Store) -> "Experiment":
    with store.explained():
        found = store.client.get_experiment_by_name(name)
        if found is None and name.isdigit():
            known = store.client.search_experiments(max_results=PAGE)
            found = next((one for one in known if one.experiment_id == name), None)
        if found is not None:
            return found
        names = [one.name for one in store.client.search_experiments(max_results=PAGE)]
    near = nearest_name(name, names)
    hint = f"did you mean {near!r}" if near else f"there are {', '.join(names[:5]) or 'none'}"
    raise InputError(
        f"There is no MLflow experiment {name!r} in {masked(store.uri)} ({hint}): --store names "
        "another tracking URI"
    )


def _pages(experiment_id: str, wanted: str, store: Store) -> "Iterator[Run]":
    from mlflow.exceptions import MlflowException

    try:
        yield from store.runs(wanted, [experiment_id])
    except StoreError as error:
        cause = error.__cause__
        if isinstance(cause, MlflowException) and cause.error_code == "INVALID_PARAMETER_VALUE":
            said = masked(str(cause).splitlines()[0])[:200].rstrip(".")
            raise InputError(
                f"--filter must be a filter of MLflow, such as \"params.optimizer = 'adam'\", got "
                f"{wanted!r}: {said}"
            ) from None
        raise


def _imported(run: "Run", store: Store) -> ImportedRun:
    info, tags = run.info, run.data.tags
    ended, started = info.end_time, int(info.start_time or 0)
    metrics = {
        key: _as_logged(value)
        for key, value in run.data.metrics.items()
        if not key.startswith("system/")
    }
    steps = last_steps(run)
    return ImportedRun(
        run_id=info.run_id,
        name=info.run_name or info.run_id,
        state=STATES.get(info.status, "failed"),
        params={key: parsed_value(value) for key, value in run.data.params.items()},
        metrics=metrics,
        tags={key: value for key, value in tags.items() if not key.startswith("mlflow.")},
        facts=_facts(run),
        parent=tags.get("mlflow.parentRunId"),
        started_ms=started,
        duration_s=(ended - started) / 1000 if ended else None,
        fingerprint=tags.get(schema.TAG_FINGERPRINT),
        curves={
            key: CurveSummary(steps[key], value)
            for key, value in metrics.items()
            if steps.get(key, 0) > 0
        },
        load_curve=partial(_curve, info.run_id, store),
        load_predictions=predictions_loader(run, store),
    )


def _as_logged(value: float) -> float:
    """A metric's value; MLflow's database keeps infinity as the largest float."""
    return math.copysign(math.inf, value) if abs(value) == sys.float_info.max else value


def _facts(run: "Run") -> dict[str, str]:
    """Code version and digests of the data sets that MLflow noted."""
    facts = {
        name: run.data.tags[tag][:200] for tag, name in FACTS.items() if run.data.tags.get(tag)
    }
    for given in run.inputs.dataset_inputs if run.inputs else ():
        context = next((t.value for t in given.tags if t.key == "mlflow.data.context"), "")
        part = f"data set ({context})" if context else "data set"
        facts[part] = f"{given.dataset.name} {given.dataset.digest}"
    environment = json_object(run.data.tags.get(ENVIRONMENT_TAG))
    facts |= {name: str(value) for name, value in environment.items() if name not in NOT_COMPARED}
    return facts


def _curve(run_id: str, store: Store, metric: str) -> list[float]:
    """The values of a metric in the order of their steps, the last of a step counts."""
    with store.explained():
        points = store.client.get_metric_history(run_id, metric)
    by_step = {p.step: p.value for p in sorted(points, key=lambda p: p.timestamp)}
    return [by_step[step] for step in sorted(by_step)]
