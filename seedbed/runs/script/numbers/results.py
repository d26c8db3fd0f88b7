"""From what was seen of a script to its record: metrics by name, predictions, files."""

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seedbed.analysis.wording import percent
from seedbed.runs.script.hooks.keras_hooks import Watcher
from seedbed.runs.script.hooks.record.compared_labels import prediction_of
from seedbed.runs.script.hooks.record.observations import MOST_FITS, Prediction
from seedbed.runs.script.hooks.record.train_scores import tests_of
from seedbed.runs.script.numbers.headline import probabilities, recorded
from seedbed.runs.script.numbers.printed_numbers import numbers
from seedbed.runs.script.numbers.summary_size import fitted, short_table
from seedbed.runs.script.timeline.prints import name_prints
from seedbed.runs.script.timeline.rounds_and_arms import Arm, number_of
from seedbed.runs.script.timeline.story import Told, story
from seedbed.tracking import schema

MOST_OUTPUT = 5_000_000
"""Bytes of output that are kept: the first and the last half of what there is."""

MOST_FILES = 50_000_000
"""Bytes of the script's own files that become artifacts."""


@dataclass
class Result:
    """What a script's run gave.

    Attributes:
        metrics: Name → number, the headline among them.
        headline: Which number stands for the run: ``schema.SCORE`` or ``schema.HEADLINE``.
        source: What that number is, in words; empty where there is none.
        why: Why it is this number, in words.
        predictions: The ones that are recorded, or None.
        rounds: The numbers of the rounds whose mean it is; empty otherwise.
        dependent: Why the rounds depend on each other; empty otherwise.
        arms: Trainings that differ in a setting; empty unless there are two or more.
        test_rows: Digest of the rows that scored the networks; empty if they are not known.
        unseeded_splits: Lines that split the data without a seed of their own.
        data_seeds: Seeds that the script sets and may draw rows from, with their lines, where they
            follow the run's seed: what is drawn from them differs from run to run.
        other_order: The last line that compares predictions with labels in another order, the
            share that agrees there, and the share in the order of the predictions; or None.
        story: Where fits begin and which rows score, in sentences.
        timeline: What the script did, step by step, in words.
        are_folds: Whether the rounds are scored on other rows each.
        kind_of_rounds: ``rounds``, ``folds`` or ``random splits``.
        seeded_rounds: Of rounds that differ in a seed alone, what seeds each; empty otherwise.
        kind: Where the number is from, such as ``evaluate accuracy``.
        kinds: Kind → number, of every number that may be asked about in its place.
        by_training: Kind → that of each training, of rounds and arms.
        groups: Places of the trainings that have the same settings.
        picked: The settings that the last search of scikit-learn picks; empty without one.
    """

    metrics: dict[str, float] = field(default_factory=dict)
    headline: str = ""
    source: str = ""
    why: str = ""
    predictions: Prediction | None = None
    rounds: list[float] = field(default_factory=list)
    dependent: str = ""
    arms: list[Arm] = field(default_factory=list)
    test_rows: str = ""
    unseeded_splits: list[str] = field(default_factory=list)
    data_seeds: list[str] = field(default_factory=list)
    other_order: tuple[str, float, float] | None = None
    story: list[Told] = field(default_factory=list)
    timeline: list[str] = field(default_factory=list)
    are_folds: bool = False
    kind_of_rounds: str = "rounds"
    seeded_rounds: list[str] = field(default_factory=list)
    kind: str = ""
    kinds: dict[str, float] = field(default_factory=dict)
    by_training: dict[str, list[float]] = field(default_factory=dict)
    groups: list[list[int]] = field(default_factory=list)
    picked: str = ""

    def summary(self) -> dict[str, Any]:
        """What the answers about a sweep need to know of this run, for its tag."""
        arms = [
            {
                "name": one.name,
                "differs": one.differs,
                "values": one.values,
                "is": one.is_,
                "steps": one.steps,
            }
            for one in self.arms
        ]
        summary: dict[str, Any] = {
            "number": {
                "metric": self.headline,
                "is": self.source,
                "why": self.why,
                "kind": self.kind,
            },
            "rounds": self.rounds,
            "dependent": self.dependent,
            "arms": arms,
            "test_rows": self.test_rows,
            "unseeded_splits": self.unseeded_splits,
            "data_seeds": self.data_seeds,
            "other_order": self.other_order,
            "story": [one.as_json() for one in self.story],
            "timeline": self.timeline,
            "are_folds": self.are_folds,
            "kind_of_rounds": self.kind_of_rounds,
            "seeded_rounds": self.seeded_rounds,
            "kinds": short_table(self.kinds),
            "by_training": short_table(self.by_training),
            "groups": self.groups,
            "picked": self.picked,
        }
        return fitted(summary)


def collect(
    watcher: Watcher, output: str, ignored: Sequence[str] = (), changed: Sequence[str] = ()
) -> Result:
    """Every number of a run, and the one that stands for it.

    It is the first of these that exists: the accuracy of the last evaluation on other data than the
    training set; of the last labelled predictions; what scikit-learn computed last; the last fit's
    validation accuracy; a printed accuracy; an accuracy on the training data; and, where there is
    no accuracy at all, the last evaluation's or fit's loss or the last printed number, as
    ``headline``. Of several trainings with the same settings it is the mean.

    Args:
        watcher: What was trained and scored.
        output: What was printed.
        ignored: What the script gives that has no effect, in words.
        changed: What gives other numbers than in the script's year, in words.
    """
    found = Result(metrics=_metrics(watcher))
    said = numbers(output)
    found.metrics |= {schema.metric_key(f"printed {name}"): value for name, value in said.items()}
    found.predictions = recorded(watcher.predictions)
    stands = number_of(watcher, output)
    found.rounds, found.dependent, found.arms = stands.rounds, stands.dependent, stands.arms
    found.by_training, found.groups = stands.by_training, stands.groups
    found.kinds = {kind: number.value for kind, number in stands.kinds.items()}
    if found.predictions is None and len(stands.rounds) < 2 and not stands.arms:
        share = stands.number.value if stands.number and stands.number.accuracy else None
        found.predictions = prediction_of(watcher.compared, share)
    found.test_rows = _test_rows(watcher, found.predictions)
    found.unseeded_splits = list(dict.fromkeys(watcher.unseeded_splits))
    found.story = story(watcher, ignored, changed)
    name_prints(watcher.timeline, output)
    found.timeline = watcher.timeline.lines()
    found.seeded_rounds, found.are_folds = stands.seeded, stands.are_folds
    found.kind_of_rounds = stands.kind_of_rounds
    found.picked = next((one.picked for one in reversed(watcher.searches)), "")
    found.other_order = next(reversed(watcher.other_orders), None)
    if stands.number is not None:
        number = stands.number
        found.headline, found.source, found.why = number.key, number.name, number.why
        found.kind = number.kind
        found.metrics[number.key] = number.value
    return found


def _test_rows(watcher: Watcher, predictions: Prediction | None) -> str:
    """Digest of the rows on which the networks were scored, or else validated; or of their labels.

    Labels of a generator count in any order: it may shuffle them anew in each run.
    """
    rows = {one.rows for one in tests_of(watcher.evaluations) if one.rows}
    if not rows and predictions is not None and predictions.labels is not None:
        of_estimator = predictions.classes  # of an array: in the order of its rows
        labels = predictions.labels if of_estimator else np.sort(predictions.labels)
        rows = {predictions.data or labels.tobytes().hex()}
    if not rows and not watcher.evaluations and watcher.fits:
        rows = {watcher.fits[-1].validated} - {""}
    return hashlib.sha256("".join(sorted(rows)).encode()).hexdigest()[:16] if rows else ""


def _metrics(watcher: Watcher) -> dict[str, float]:
    """Epochs of each fit, and each metric of each evaluation; fits tell theirs by epoch."""
    found: dict[str, float] = {}
    for number, fit in enumerate(watcher.fits[:MOST_FITS], 1):
        found[f"fit{number}_epochs"] = float(fit.epochs)
    for number, evaluation in enumerate(watcher.evaluations[:MOST_FITS], 1):
        for key, value in evaluation.metrics.items():
            found[schema.metric_key(f"evaluate{number}_{key}")] = value
    for number, value in enumerate(watcher.accuracies, 1):
        found[f"accuracy_score{number}"] = value
    called: Counter[str] = Counter()
    for score in watcher.library_scores:
        called[score.name] += 1
        found[f"{score.name}{called[score.name]}"] = score.value
    return found


def write_predictions(found: Prediction, folder: Path, title: str) -> str | None:
    """``predictions.npz``, the confusion matrix and the report by class.

    Returns:
        Why the result is no better than guessing, or None.
    """
    from seedbed.runs.recording import run_pictures
    from seedbed.runs.training import metrics as scoring

    assert found.labels is not None  # noqa: S101 (chosen by _recorded)
    table, labels = probabilities(found.outputs), found.labels
    predicted = table.argmax(axis=1)
    classes = found.classes or tuple(str(number) for number in range(table.shape[1]))
    half = _rounded(table, predicted)
    kind = np.uint8 if len(classes) < 256 else np.uint16
    np.savez_compressed(
        folder / schema.PREDICTIONS,
        example_ids=np.arange(len(labels), dtype=np.int64),
        labels=labels,
        probabilities=half,
        probabilities_last=half,
        labels_by_epoch=predicted.astype(kind)[None],
        classes=np.array(classes),
    )
    counts = scoring.confusion(predicted, labels, len(classes))
    write_json(folder / schema.CONFUSION_JSON, {"classes": classes, "counts": counts.tolist()})
    write_json(folder / schema.CLASS_REPORT, scoring.report(predicted, labels, classes))
    if len(classes) <= 50:
        right = float(np.mean(predicted == labels))
        picture = run_pictures.confusion_picture(
            counts, classes, f"{title}: {percent(right)} of {len(labels)} examples"
        )
        picture.save(folder / schema.CONFUSION_PICTURE, compress_level=4)
    return scoring.collapse(table, labels)


def write_curves(watcher: Watcher, folder: Path, title: str) -> None:
    """The first fit's curves as a picture, where it has a loss by epoch."""
    from seedbed.runs.recording import run_pictures

    history = {
        schema.script_metric(1, key): values
        for fit in watcher.fits[:1]
        for key, values in fit.history.items()
    }
    if history.get(schema.TRAIN_LOSS):
        figure = run_pictures.curves_picture(history, None, title)
        figure.write(str(folder / schema.CURVES))


def _rounded(
    table: npt.NDArray[np.float32], predicted: npt.NDArray[np.integer]
) -> npt.NDArray[np.float16]:
    """In 16 bits, with near ties kept apart, so that the most probable class stays the same."""
    half = table.astype(np.float16)
    rows = np.flatnonzero(half.argmax(axis=1) != predicted)
    best = half[rows].max(axis=1)
    half[rows, predicted[rows]] = np.nextafter(best, np.float16(2))
    return half


def write_story(folder: Path, watcher: Watcher, result: Result, more: Mapping[str, object]) -> None:
    """``script.json``: all that was seen."""
    fits = [asdict(fit) for fit in watcher.fits[:MOST_FITS]]
    write_json(
        folder / schema.SCRIPT_JSON,
        {
            "headline": {"metric": result.headline, "is": result.source, "why": result.why},
            "summary": result.summary(),
            "timeline": [asdict(step) for step in watcher.timeline.steps],
            "fits": fits,
            "evaluations": [asdict(one) for one in watcher.evaluations[:MOST_FITS]],
            "predictions": [
                {
                    "examples": len(one.outputs),
                    "columns": one.outputs.shape[1],
                    "labels": one.how or None,
                    "inputs_sha256": one.data or None,
                    "evaluation": one.evaluated or None,
                    "recorded": one is result.predictions,
                }
                for one in watcher.predictions
            ],
            **more,
        },
    )


def keep_output(path: Path, target: Path) -> str:
    """Copy what was printed, the middle left out where it is long; returns it as text."""
    if not path.exists():
        return ""
    size = path.stat().st_size
    with path.open("rb") as stream:
        if size <= MOST_OUTPUT:
            raw = stream.read()
        else:
            raw = stream.read(MOST_OUTPUT // 2)
            stream.seek(-MOST_OUTPUT // 2, 2)
            left = size - MOST_OUTPUT
            raw += f"\n… {left:,} bytes are left out here …\n".encode() + stream.read()
    if raw:
        target.write_bytes(raw)
    return raw.decode("utf-8", errors="replace")


def keep_files(space: Path, written: Iterable[Path], folder: Path) -> list[dict[str, object]]:
    """Copy what the script wrote to the artifacts, as far as there is room; lists all of it."""
    left, found = MOST_FILES, []
    for inside in written:
        path = space / inside
        size = path.stat().st_size
        kept = size <= left
        if kept:
            target = folder / "files" / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
            left -= size
        found.append({"path": str(inside), "bytes": size, "kept": kept})
    return found


def write_json(path: Path, content: object) -> None:
    """Write JSON with an indent, for people."""
    path.write_text(json.dumps(content, indent=1))
