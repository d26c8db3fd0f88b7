"""Sweeps in a real store without training: run folders are written and delivered as runs do."""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from seedbed.system.processes.process_identity import Owner
from seedbed.tracking import schema
from seedbed.tracking.records import Predictions
from seedbed.tracking.run_states import State
from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import deliver
from seedbed.tracking.writing.parent_run import ParentRun
from seedbed.tracking.writing.run_folder import RunFolder
from seedbed.tracking.writing.run_header import RunHeader

EXPERIMENT = "mnist_cnn"
ENVIRONMENT = {"python": "3.11.2", "tensorflow": "2.21.0", "git_commit": "969f6690c1d2"}
SOURCES = ("init", "order", "augmentation", "dropout", "split")


@dataclass(frozen=True)
class Made:
    """One run to record.

    Attributes:
        params: Its options.
        accuracy: Test accuracy, a fraction; taken from the predictions where there are any.
        predictions: What it said about each test example.
        seeds: Seed of each source; all from ``params["seed"]`` unless given.
        fingerprint: Of its weights; one of its own unless given.
        state: How it ended.
        environment: What differs from ``ENVIRONMENT``.
        classes: Names of the classes.
        cell: Identity of its cell; one of its own unless given.
        test_examples: Examples that its accuracy is a share of.
        history: Metrics by epoch; one epoch of ``val_accuracy`` unless given.
        script: What a script's run says of itself, as its tag has it.
        metrics: Its metrics; its accuracy alone unless given.
        reason: Why it failed.
        log: Its traceback.
    """

    params: Mapping[str, object]
    accuracy: float = 0.9
    predictions: Predictions | None = None
    seeds: Mapping[str, int] = field(default_factory=dict)
    fingerprint: str | None = None
    state: State = "finished"
    environment: Mapping[str, str] = field(default_factory=dict)
    classes: tuple[str, ...] = tuple("0123456789")
    cell: str | None = None
    test_examples: int | None = None
    history: Mapping[str, Sequence[float]] = field(default_factory=dict)
    script: Mapping[str, object] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    reason: str = "the loss was not a number in epoch 3"
    log: str = ""


def record(
    store: Store,
    folder: Path,
    name: str,
    runs: Iterable[Made],
    *,
    varied: Sequence[str] = (),
    sources: Sequence[str] = ("seed",),
    file: str = "",
    **design: object,
) -> str:
    """Record a sweep; returns the parent run's id."""
    made = list(runs)
    parent = ParentRun.start(store, EXPERIMENT, name, uuid.uuid4().hex)
    fields = {"question": f"{name}?", "varied": varied, "sources": sources, "planned": len(made)}
    parent.describe_design({**fields, **design}, file or f"name: {name}\n")
    for number, one in enumerate(made):
        _run(store, folder, name, parent.run_id, number, one, varied)
    parent.end("finished")
    return parent.run_id


def _run(
    store: Store,
    folder: Path,
    sweep: str,
    parent: str,
    number: int,
    made: Made,
    varied: Sequence[str],
) -> None:
    params = {key: str(value) for key, value in made.params.items()}
    seeds = dict(made.seeds) or {
        source: 1000 * index + int(params.get("seed", number))
        for index, source in enumerate(SOURCES)
    }
    header = RunHeader(
        experiment=EXPERIMENT,
        name=" ".join(f"{key}={value}" for key, value in params.items()),
        cell=made.cell or f"{sweep}{number:08x}"[-16:],
        params=params,
        seeds=seeds,
        owner=Owner.this().asdict(),
        sweep=sweep,
        parent_run_id=parent,
        started_ms=1_700_000_000_000 + number,
        configuration=" ".join(f"{key}={params[key]}" for key in varied if key in params),
    )
    run = RunFolder.create(folder, header)
    if made.state != "finished":
        if made.log:
            (run.artifacts / schema.TRACEBACK).write_text(made.log)
        run.end(made.state, made.reason)
    else:
        history = made.history or {"val_accuracy": [made.accuracy]}
        for epoch in range(max(len(series) for series in history.values())):
            known = {key: of[epoch] for key, of in history.items() if epoch < len(of)}
            run.epoch(epoch + 1, known)
        _artifacts(run.artifacts, made)
        accuracy = made.accuracy
        if made.predictions is not None:
            accuracy = float((made.predictions.predicted == made.predictions.labels).mean())
        print_ = made.fingerprint or f"{sweep}-{number}"
        run.end(
            "finished",
            fingerprint=print_,
            metrics=dict(made.metrics) or {"test_accuracy": accuracy},
            test_examples=made.test_examples,
        )
    run.count(True)
    deliver(run, store)


def _artifacts(folder: Path, made: Made) -> None:
    environment = {**ENVIRONMENT, **made.environment}
    (folder / schema.ENVIRONMENT).write_text(json.dumps(environment))
    if made.script:
        (folder / schema.SCRIPT_JSON).write_text(json.dumps({"summary": made.script}))
    if made.predictions is None:
        return
    (folder / schema.CONFUSION_JSON).write_text(json.dumps({"classes": made.classes}))
    np.savez(folder / schema.PREDICTIONS, **vars(made.predictions))
