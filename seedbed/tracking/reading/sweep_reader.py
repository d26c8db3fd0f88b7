"""Reads sweeps back from MLflow: its pages once, files only when asked for, several at a time."""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from seedbed.system.errors import StoreError
from seedbed.system.files.regular_file import regular_text
from seedbed.system.processes.gc_pause import no_search
from seedbed.system.text.terminal_escape import inert
from seedbed.tracking import schema
from seedbed.tracking.foreign_values import count_of, json_object, number_in, seeds_of, words_of
from seedbed.tracking.reading.artifact_files import artifact
from seedbed.tracking.reading.metric_histories import Histories
from seedbed.tracking.records import OwnFile, PublishedFigure, RunRecord, SweepRecord
from seedbed.tracking.run_states import State
from seedbed.tracking.store import Store

if TYPE_CHECKING:
    from mlflow.entities import Run
from seedbed.system.progress import Progress, silent
from seedbed.tracking.reading.run_predictions import run_predictions
from seedbed.tracking.reading.sweep_parents import nearness, parent_runs

LOG = logging.getLogger(__name__)
STATES: tuple[State, ...] = ("running", "finished", "pruned", "failed", "stopped", "killed")
READERS = 8
"""Files fetched at a time."""


def read_sweep(name: str, store: Store, progress: Progress = silent) -> SweepRecord:
    """The sweep called ``name``, with all of its runs.

    If there are several, it is the one that was last run from this store, else this user's newest,
    else the newest.

    Args:
        name: The sweep's name.
        store: Where it is recorded.
        progress: Told how far the reading is.

    Raises:
        InputError: There is no such sweep; the sentence names those that come near.
        StoreError: The store cannot be reached.
    """
    return _record(parent_runs(name, store)[-1], store, progress)


def read_sweep_of_run(run_id: str, store: Store, progress: Progress = silent) -> SweepRecord:
    """The sweep with this parent run as it is now; arguments and errors as above."""
    with store.explained():
        parent = store.client.get_run(run_id)
    return _record(parent, store, progress)


def read_series(name: str, store: Store, progress: Progress = silent) -> list[SweepRecord]:
    """Every night of the series called ``name``, else every sweep of that name, oldest first.

    Of a series that several users run, these are this user's nights.

    Arguments and errors as ``read_sweep``.
    """
    quoted = name.replace("'", "")
    nights = list(
        store.runs(f"tags.{schema.TAG_KIND} = 'sweep' AND tags.{schema.TAG_SERIES} = '{quoted}'")
    )
    nights.sort(key=lambda run: (run.info.start_time or 0, run.info.run_id))
    own = [night for night in nights if nearness(night, None)]
    return [
        _record(parent, store, progress) for parent in own or nights or parent_runs(name, store)
    ]


def read_earlier(
    sweep: SweepRecord, store: Store, most: int, progress: Progress = silent
) -> list[SweepRecord]:
    """The newest sweeps of a sweep's experiment that started before it, newest first.

    Args:
        sweep: The sweep.
        store: Where they are recorded.
        most: How many to read at most.
        progress: Told how far the reading is.

    Raises:
        StoreError: The store cannot be reached.
    """
    quoted = sweep.experiment.replace("'", "")
    parents = [
        run
        for run in store.runs(
            f"tags.{schema.TAG_KIND} = 'sweep' AND tags.{schema.TAG_EXPERIMENT} = '{quoted}'"
        )
        if run.info.run_id != sweep.run_id and (run.info.start_time or 0) < sweep.started_ms
    ]
    parents.sort(key=lambda run: (run.info.start_time or 0, run.info.run_id), reverse=True)
    return [_record(parent, store, progress) for parent in parents[:most]]


def _record(parent: "Run", store: Store, progress: Progress) -> SweepRecord:
    tags = parent.data.tags
    design = _design(parent)
    planned = count_of(design.get("planned"))
    children: list[Run] = []
    with no_search():  # MLflow's entities hold no cycles, and all of them are kept
        for child in store.runs(
            f"tags.`mlflow.parentRunId` = '{parent.info.run_id}'", [parent.info.experiment_id]
        ):
            children.append(child)
            progress("runs read", len(children), planned)
        children.sort(key=_order)
        environments = _environments(children, store, progress)
        known = {name for child in children for name in child.data.metrics}
        histories = Histories([child.info.run_id for child in children], store, known)
        runs = [_run(child, store, environments, histories) for child in children]
    return SweepRecord(
        name=tags.get(schema.TAG_SWEEP, ""),
        run_id=parent.info.run_id,
        experiment=tags.get(schema.TAG_EXPERIMENT, ""),
        question=str(design.get("question", "")),
        varied=words_of(design.get("varied")),
        sources=words_of(design.get("sources")),
        classes=_classes(children, store),
        planned=planned or len(runs),
        runs=tuple(runs),
        description=tags.get(schema.TAG_NOTE),
        fresh_seeds=seeds_of(design.get("fresh_seeds")),
        raced=_raced(design.get("search")),
        started_ms=int(parent.info.start_time or 0),
        published=_published(design.get("published")),
        plan=_attribution(design.get("plan")),
        stop=_stop(design.get("stop")),
        looks=looks_of(tags.get(schema.TAG_LOOKS)),
        experiment_file=_path(design.get("experiment_file")),
        files=_own_files(design.get("files")),
    )


def _design(parent: "Run") -> dict[str, object]:
    """What the sweep asked for; empty, with a warning, if its tag is damaged."""
    text = parent.data.tags.get(schema.TAG_DESIGN)
    design = json_object(text)
    if text and not design:
        LOG.warning(
            "the tag design of the run %s is not a JSON object and is set aside: what varies "
            "is not known",
            parent.info.run_id,
        )
    return design


def _path(given: object) -> str | None:
    return given if isinstance(given, str) and given.isprintable() else None


def _own_files(given: object) -> tuple[OwnFile, ...]:
    """The user's own files as the design has them; without those that are not described whole."""
    described = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return tuple(filter(None, map(_own_file, described)))


def _own_file(given: Mapping[str, object]) -> OwnFile | None:
    name, sha256, commit = (_path(given.get(key)) for key in ("name", "sha256", "commit"))
    if name is None or sha256 is None or commit is None:
        return None
    return OwnFile(name, sha256, commit, changed=given.get("changed") is True)


def _raced(given: object) -> bool:
    """Whether a search's configurations raced."""
    return isinstance(given, dict) and bool(given.get("race"))


def _attribution(given: object) -> Mapping[str, object] | None:
    """The parts of the attribution plan; None for seeds laid out otherwise."""
    if isinstance(given, dict) and given.get("name") == "attribution" and "parts" in given:
        return given
    return None


def _stop(given: object) -> Mapping[str, object]:
    """The stop rule as the design has it; empty if there is none."""
    return given if isinstance(given, dict) else {}


def looks_of(text: str | None) -> tuple[int, ...]:
    """The looks so far, from their tag; none if it is damaged.

    Args:
        text: The tag's text, such as ``5 10``.
    """
    words = (text or "").split()
    return tuple(int(word) for word in words if word.isdecimal() and len(word) < 10)


def _published(given: object) -> PublishedFigure | None:
    """The published figure as the design has it; None if there is none."""
    if not isinstance(given, dict):
        return None
    examples = given.get("examples")
    try:
        return PublishedFigure(
            value=float(given["value"]),
            runs=int(given.get("runs", 1)),
            same_test_set=given.get("test_set", "same") == "same",
            examples=None if examples is None else int(examples),
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _run(
    run: "Run", store: Store, environments: Mapping[str, Mapping[str, str]], histories: Histories
) -> RunRecord:
    tags, info = run.data.tags, run.info
    state = tags.get(schema.TAG_STATE, "")
    return RunRecord(
        run_id=info.run_id,
        name=info.run_name or "",
        state=state if state in STATES else "failed",
        options={key: parsed(value) for key, value in run.data.params.items()},
        metrics=dict(run.data.metrics),
        cell=tags.get(schema.TAG_CELL, ""),
        fingerprint=tags.get(schema.TAG_FINGERPRINT),
        reason=tags.get(schema.TAG_REASON),
        log=tags.get(schema.TAG_LOG),
        duration_s=(info.end_time - info.start_time) / 1000 if info.end_time else None,
        environment=environments.get(info.run_id, {}),
        seeds={
            source: seed
            for source, seed in json_object(tags.get(schema.TAG_SEEDS)).items()
            if type(seed) is int
        },
        script=json_object(tags.get(schema.TAG_SCRIPT)),
        test_examples=number_in(tags.get(schema.TAG_TEST_EXAMPLES)),
        load_predictions=partial(run_predictions, run, store) if state == "finished" else None,
        load_history=partial(histories.of, info.run_id),
    )


def _order(run: "Run") -> tuple[int, str]:
    """By start, which is the order of the design, as far as runs were not tried again."""
    return run.info.start_time or 0, run.info.run_name or ""


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


def _environments(
    runs: Sequence["Run"], store: Store, progress: Progress
) -> dict[str, Mapping[str, str]]:
    """Run id → environment, of the runs with a result; equal environments are fetched once."""
    groups: dict[str, list[Run]] = {}
    for run in runs:
        if run.data.tags.get(schema.TAG_STATE) == "finished":
            tag = run.data.tags.get(schema.TAG_ENVIRONMENT)
            groups.setdefault(tag or run.info.run_id, []).append(run)
    found: dict[str, Mapping[str, str]] = {}
    with ThreadPoolExecutor(READERS) as pool:
        read = pool.map(lambda alike: _environment(alike[0], store), groups.values())
        for alike, content in zip(groups.values(), read, strict=True):
            found |= dict.fromkeys((run.info.run_id for run in alike), content)
            progress("environments read", len(found), len(runs))
    return found


def _environment(run: "Run", store: Store) -> Mapping[str, str]:
    try:
        text = regular_text(artifact(run, schema.ENVIRONMENT, store))
    except (StoreError, OSError, ValueError) as error:
        LOG.warning("the environment of run %s is not known: %s", run.info.run_id, inert(error))
        return {}
    return {name: str(value) for name, value in json_object(text).items()}


def _classes(runs: Sequence["Run"], store: Store) -> tuple[str, ...]:
    """Names of the classes, from the first run that recorded them."""
    for run in runs:
        if run.data.tags.get(schema.TAG_STATE) == "finished":
            try:
                text = regular_text(artifact(run, schema.CONFUSION_JSON, store))
                return words_of(json_object(text).get("classes"))
            except (StoreError, OSError, ValueError):
                return ()
    return ()
