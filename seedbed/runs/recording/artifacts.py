"""Writes the artifacts of a run: predictions, pictures, checkpoints, environment."""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seedbed.analysis.wording import percent
from seedbed.runs.data.splits import Splits
from seedbed.runs.settings.options import RunOptions
from seedbed.tracking import schema
from seedbed.tracking.writing.run_folder import RunFolder

if TYPE_CHECKING:
    from seedbed.runs.training.train import Trained


def class_table(splits: Splits, trained: "Trained") -> str:
    """Precision, recall, F1 and support by class, as text."""
    from seedbed.runs.training import metrics as scoring

    return scoring.table(trained.probabilities.argmax(axis=1), splits.test.labels, splits.classes)


def record_artifacts(
    options: RunOptions, splits: Splits, trained: "Trained", record: RunFolder
) -> dict[str, float]:
    """Write the run's artifacts; returns its final metrics."""
    from seedbed.runs.recording import run_pictures
    from seedbed.runs.settings import environment
    from seedbed.runs.training import metrics as scoring

    labels, folder = splits.test.labels, record.artifacts
    predicted = trained.probabilities.argmax(axis=1)
    counts = scoring.confusion(predicted, labels, len(splits.classes))
    metrics = {
        schema.TEST_ACCURACY: scoring.accuracy(trained.probabilities, labels),
        schema.TEST_LOSS: scoring.cross_entropy(trained.probabilities, labels),
        schema.TEST_MACRO_F1: scoring.macro_f1(predicted, labels),
        schema.TEST_ACCURACY_LAST: scoring.accuracy(trained.probabilities_last, labels),
        schema.BEST_EPOCH: float(trained.best_epoch),
        schema.TRAIN_SECONDS: trained.seconds,
    }
    own: dict[str, Any] = {} if splits.subjects is None else {"subjects": splits.subjects}
    np.savez_compressed(
        folder / schema.PREDICTIONS,
        **own,
        example_ids=splits.test.ids,
        labels=labels,
        probabilities=trained.probabilities.astype(np.float16),
        probabilities_last=trained.probabilities_last.astype(np.float16),
        labels_by_epoch=trained.labels_by_epoch,
        classes=np.array(splits.classes),
    )
    _write_json(
        folder / schema.CONFUSION_JSON, {"classes": splits.classes, "counts": counts.tolist()}
    )
    _write_json(folder / schema.WEIGHTS_BY_EPOCH, trained.weights_by_epoch)
    _write_json(folder / schema.CLASS_REPORT, scoring.report(predicted, labels, splits.classes))
    described = environment.describe(options, splits.sha256, splits.data)
    described[schema.WHOLE_CONVOLUTIONS] = ", ".join(trained.whole_convolutions)
    _write_json(folder / schema.ENVIRONMENT, described)
    name = f"{record.header.name}, {splits.data}" if splits.data else record.header.name
    title = f"{name}: {percent(metrics[schema.SCORE])} of {len(labels)} test examples"
    matrix = run_pictures.confusion_picture(counts, splits.classes, title)
    matrix.save(folder / schema.CONFUSION_PICTURE, compress_level=4)
    curves = run_pictures.curves_picture(trained.history, trained.best_epoch, name)
    curves.write(str(folder / schema.CURVES))
    _write_checkpoints(trained, folder)
    return metrics


def _write_checkpoints(trained: "Trained", folder: Path) -> None:
    from seedbed.runs.recording.keras_format import save
    from seedbed.runs.training.weights import restore, snapshot

    (folder / schema.CHECKPOINT_LAST).parent.mkdir(exist_ok=True)
    save(trained.model, folder / schema.CHECKPOINT_LAST)
    # Not by the number of the epoch: a callback may have changed the weights after it was scored.
    state = snapshot(trained.model)
    if all(np.array_equal(*pair) for pair in zip(state, trained.best_state, strict=True)):
        shutil.copyfile(folder / schema.CHECKPOINT_LAST, folder / schema.CHECKPOINT_BEST)
        return
    restore(trained.model, trained.best_state)
    save(trained.model, folder / schema.CHECKPOINT_BEST)


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1))
