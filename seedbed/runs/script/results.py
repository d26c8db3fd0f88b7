"""From what was seen of a script to its record: metrics by name, predictions, files."""

import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seedbed.runs.script.hooks.keras_hooks import Watcher
from seedbed.runs.script.hooks.observations import MOST_FITS, Prediction
from seedbed.runs.script.printed_numbers import numbers
from seedbed.tracking import schema

ACCURACY = re.compile(r"(?:^|[_ ])acc(?:uracy)?(?:$|[_ ])")
NOT_TEST = re.compile(r"(?:^|[_ ])(?:train|training|best|top|loss|error)(?:$|[_ ])")
MOST_OUTPUT = 5_000_000
"""Bytes of output that are kept: the first and the last half of what there is."""

MOST_FILES = 50_000_000
"""Bytes of the script's own files that become artifacts."""

SUMS_TO_ONE = 1e-2


@dataclass
class Result:
    """What a script's run gave.

    Attributes:
        metrics: Name → number, the headline among them.
        headline: Which number stands for the run: ``schema.SCORE`` or ``schema.HEADLINE``.
        source: What that number is, in words; empty where there is none.
        predictions: The ones that are recorded, or None.
    """

    metrics: dict[str, float] = field(default_factory=dict)
    headline: str = ""
    source: str = ""
    predictions: Prediction | None = None


def collect(watcher: Watcher, output: str) -> Result:
    """Every number of a run, and the one that stands for it.

    The headline is the first that there is of: the accuracy of the last evaluation on other data
    than the training set; of the last labelled predictions; what scikit-learn computed last; the
    last fit's validation accuracy; a printed test accuracy; and, where there is no accuracy at all,
    the last evaluation's or fit's loss or the last printed number, as ``headline``.

    Args:
        watcher: What was trained and scored.
        output: What was printed.
    """
    found = Result(metrics=_metrics(watcher))
    said = numbers(output)
    found.metrics |= {schema.metric_key(f"printed {name}"): value for name, value in said.items()}
    found.predictions = _recorded(watcher.predictions)
    for value, source in _accuracies(watcher, found.predictions, said):
        found.headline, found.source = schema.SCORE, source
        found.metrics[schema.SCORE] = value
        return found
    for value, source in _others(watcher, said):
        found.headline, found.source = schema.HEADLINE, source
        found.metrics[schema.HEADLINE] = value
        return found
    return found


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
    return found


def _accuracies(
    watcher: Watcher, predictions: Prediction | None, said: Mapping[str, float]
) -> Iterable[tuple[float, str]]:
    """Accuracies that may stand for the run, the best first, with what they are."""
    for number, evaluation in reversed(list(enumerate(watcher.evaluations, 1))):
        for key, value in evaluation.metrics.items():
            if is_accuracy(key) and _is_share(value) and not evaluation.on_training_data:
                yield value, f"{key} of evaluate {number}"
    if predictions is not None and predictions.labels is not None:
        right = probabilities(predictions.outputs).argmax(axis=1) == predictions.labels
        yield float(right.mean()), f"share of predict's answers that agree with {predictions.how}"
    for number, value in reversed(list(enumerate(watcher.accuracies, 1))):
        if _is_share(value):
            yield value, f"accuracy_score {number} of scikit-learn"
    for number, fit in reversed(list(enumerate(watcher.fits, 1))):
        for key, values in fit.history.items():
            if key.startswith("val_") and is_accuracy(key) and _is_share(values[-1]):
                yield values[-1], f"last {key} of fit {number}"
    printed = [name for name in said if is_accuracy(name) and not NOT_TEST.search(name)]
    for name in sorted(printed, key=lambda one: "test" not in one):
        value = said[name] if said[name] <= 1 else said[name] / 100
        if _is_share(value):
            yield value, f"the printed {name!r}"


def _others(watcher: Watcher, said: Mapping[str, float]) -> Iterable[tuple[float, str]]:
    """Numbers that may stand for a run without any accuracy."""
    for number, evaluation in reversed(list(enumerate(watcher.evaluations, 1))):
        for key, value in evaluation.metrics.items():
            yield value, f"{key} of evaluate {number}"
    for number, fit in reversed(list(enumerate(watcher.fits, 1))):
        keys = sorted(fit.history, key=lambda key: not key.startswith("val_"))
        for key in keys:
            yield fit.history[key][-1], f"last {key} of fit {number}"
    for name, value in reversed(list(said.items())):
        yield value, f"the printed {name!r}"


def is_accuracy(name: str) -> bool:
    """Whether a metric's name says that it is an accuracy."""
    return bool(ACCURACY.search(name.lower()))


def _is_share(value: float) -> bool:
    return 0 <= value <= 1


def _recorded(predictions: Sequence[Prediction]) -> Prediction | None:
    """The predictions that are kept: of the last evaluation, else of the last ``predict``."""
    usable = [
        one
        for one in predictions
        if one.labels is not None and not one.on_training_data and _fits_labels(one)
    ]
    evaluated = [one for one in usable if one.evaluated]
    return next(reversed(evaluated or usable), None)


def _fits_labels(one: Prediction) -> bool:
    """Whether the outputs can be class probabilities for these labels."""
    classes = max(one.outputs.shape[1], 2)
    return (
        one.labels is not None
        and len(one.labels) == len(one.outputs)
        and int(one.labels.max()) < classes
        and bool(np.all(np.isfinite(one.outputs)))
        and (one.outputs.shape[1] > 1 or bool(np.all((one.outputs >= 0) & (one.outputs <= 1))))
    )


def probabilities(outputs: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Class probabilities ``[example, class]`` from a network's outputs.

    One column is the probability of class 1; rows that do not sum to 1 are logits or independent
    scores, of which the softmax is taken: the order of the classes stays.
    """
    table = np.asarray(outputs, np.float64)
    if table.shape[1] == 1:
        table = np.hstack([1 - table, table])
    elif table.min() < 0 or np.abs(table.sum(axis=1) - 1).max() > SUMS_TO_ONE:
        table = np.exp(table - table.max(axis=1, keepdims=True))
        table /= table.sum(axis=1, keepdims=True)
    return table.astype(np.float32)


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
    classes = tuple(str(number) for number in range(table.shape[1]))
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
            counts, classes, f"{title}: {right:.2%} of {len(labels)} examples"
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
            "headline": {"metric": result.headline, "is": result.source},
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
