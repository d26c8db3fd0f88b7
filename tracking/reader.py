"""Reads sweeps back from MLflow; files are fetched once and kept in the store's cache."""

import json
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tracking import schema
from tracking.errors import InputError, StoreError
from tracking.places import store_folder
from tracking.records import Predictions, RunRecord, State, SweepRecord
from tracking.store import Store

if TYPE_CHECKING:
    from mlflow.entities import Run

STATES: tuple[State, ...] = ("running", "finished", "pruned", "failed", "stopped", "killed")


def read_sweep(name: str, store: Store) -> SweepRecord:
    """The newest sweep called ``name``, with all of its runs.

    Raises:
        InputError: There is no such sweep; the sentence names those that come near.
        StoreError: The store cannot be reached.
    """
    parent = _parent(name, store)
    tags = parent.data.tags
    design = json.loads(tags.get(schema.TAG_DESIGN, "{}"))
    children = store.runs(
        f"tags.`mlflow.parentRunId` = '{parent.info.run_id}'", [parent.info.experiment_id]
    )
    runs = [_run(child, store) for child in sorted(children, key=_order)]
    return SweepRecord(
        name=name,
        run_id=parent.info.run_id,
        experiment=tags.get(schema.TAG_EXPERIMENT, ""),
        question=design.get("question", ""),
        varied=tuple(design.get("varied", ())),
        sources=tuple(design.get("sources", ())),
        classes=_classes(runs, store),
        planned=int(design.get("planned", len(runs))),
        runs=tuple(runs),
        description=tags.get("mlflow.note.content"),
    )


def sweep_names(store: Store) -> list[str]:
    """Names of all sweeps in the store."""
    found = store.runs(f"tags.{schema.TAG_KIND} = 'sweep'")
    return sorted({run.data.tags.get(schema.TAG_SWEEP, "") for run in found})


def _parent(name: str, store: Store) -> "Run":
    quoted = name.replace("'", "")
    found = list(
        store.runs(f"tags.{schema.TAG_KIND} = 'sweep' AND tags.{schema.TAG_SWEEP} = '{quoted}'")
    )
    if found and quoted == name:
        return max(found, key=lambda run: run.info.start_time)
    names = sweep_names(store)
    near = get_close_matches(name, names, n=3, cutoff=0.4) or names[:5]
    hint = f"the nearest are {', '.join(near)}" if near else "the store has none yet"
    raise InputError(
        f"There is no sweep {name!r} in the store; {hint}. "
        "Run one first: ./seedbed sweeps run sweeps/first.yaml"
    )


def _run(run: "Run", store: Store) -> RunRecord:
    tags, info = run.data.tags, run.info
    state = tags.get(schema.TAG_STATE, "")
    has_result = state == "finished"
    return RunRecord(
        run_id=info.run_id,
        name=info.run_name,
        state=state if state in STATES else "failed",
        options={key: parsed(value) for key, value in run.data.params.items()},
        metrics=dict(run.data.metrics),
        cell=tags.get(schema.TAG_CELL, ""),
        fingerprint=tags.get(schema.TAG_FINGERPRINT),
        reason=tags.get(schema.TAG_REASON),
        duration_s=(info.end_time - info.start_time) / 1000 if info.end_time else None,
        environment=_environment(run, store) if has_result else {},
        load_predictions=partial(_predictions, info.run_id, store) if has_result else None,
        load_history=partial(_history, info.run_id, store),
    )


def _order(run: "Run") -> tuple[int, str]:
    """By start, which is the order of the design, as far as runs were not tried again."""
    return run.info.start_time, run.info.run_name


def parsed(text: str) -> object:
    """A parameter's value from its text: whole number, number, true or false, else text."""
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _environment(run: "Run", store: Store) -> Mapping[str, str]:
    try:
        path = _artifact(run.info.run_id, schema.ENVIRONMENT, store)
    except StoreError:
        return {}
    content: dict[str, str] = json.loads(path.read_text())
    return content


def _classes(runs: list[RunRecord], store: Store) -> tuple[str, ...]:
    for run in runs:
        if run.state == "finished":
            path = _artifact(run.run_id, schema.CONFUSION_JSON, store)
            return tuple(json.loads(path.read_text())["classes"])
    return ()


def _history(run_id: str, store: Store) -> dict[str, list[float]]:
    with store.explained():
        return {
            name.key: [
                point.value
                for point in sorted(
                    store.client.get_metric_history(run_id, name.key), key=lambda p: p.step
                )
            ]
            for name in schema.EPOCH_METRICS
        }


def _predictions(run_id: str, store: Store) -> Predictions:
    """The run's predictions.

    Raises:
        StoreError: The file is missing, or damaged.
    """
    path = _artifact(run_id, schema.PREDICTIONS, store)
    try:
        with path.open("rb") as stream, np.load(stream) as arrays:
            content: dict[str, Any] = {
                key: arrays[key]
                for key in (
                    *("example_ids", "labels", "probabilities"),
                    *("probabilities_last", "labels_by_epoch"),
                )
            }
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        path.unlink(missing_ok=True)
        raise StoreError(
            f"The predictions of run {run_id} must be a whole npz file, but it is damaged "
            f"({type(error).__name__}): delete that run and run the sweep again."
        ) from None
    return Predictions(**content)


def _artifact(run_id: str, name: str, store: Store) -> Path:
    """A run's file, from the cache or fetched into it whole."""
    target = store_folder("cache", "artifacts", run_id) / name.replace("/", "__")
    if target.exists():
        return target
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        try:
            with store.explained():
                fetched = store.client.download_artifacts(run_id, name, folder)
        except StoreError:
            raise
        except Exception as error:
            raise StoreError(f"Run {run_id} has no {name}: {error}") from None
        shutil.move(fetched, target)
    return target
