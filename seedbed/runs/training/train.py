"""Training over data that fits in memory: epoch by epoch, one of them chosen on validation data.

Everything that the next epoch depends on is in ``Trained``, so that training can go on in another
process from any epoch with the same bits; see ``seedbed.runs.training.checkpoints``.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from seedbed.runs.data.splits import Splits
from seedbed.runs.settings.options import RunOptions
from seedbed.runs.settings.seeds import Seeds
from seedbed.runs.training.epoch_loop import Augment, Loop, compile_predict
from seedbed.runs.training.kept_traces import KeptTraces
from seedbed.runs.training.keras_callbacks import Callbacks
from seedbed.runs.training.metrics import accuracy, cross_entropy
from seedbed.system.errors import RunFailedError
from seedbed.tracking import schema

if TYPE_CHECKING:
    import keras
from seedbed.runs.training.weights import fingerprint, snapshot

OnEpoch = Callable[[int, dict[str, float]], None]


@dataclass
class Trained:
    """What training has come to; complete when training ends.

    Attributes:
        model: The model after the last epoch so far.
        epoch: The last epoch so far, counted from 1; 0 before the first.
        best_state: Model and optimiser at the chosen epoch; see ``snapshot``.
        best_epoch: The chosen epoch, counted from 1.
        best_rank: Its validation scores, the higher the better.
        probabilities: ``[example, class]`` float32 on the test set, at the chosen epoch.
        probabilities_validation: The same on the validation set.
        probabilities_last: ``[example, class]`` float32 on the test set, after the last epoch.
        labels_by_epoch: ``[epoch, example]`` predicted class on the test set.
        history: Metric → value per epoch.
        weights_by_epoch: Fingerprint of the weights after each epoch.
        whole_convolutions: Large layers that are not computed in halves; see ``Loop``.
        seconds: Wall-clock seconds of training so far, in whatever processes.
    """

    model: "keras.Model"
    epoch: int = 0
    best_state: list[npt.NDArray[np.generic]] = field(default_factory=list)
    best_epoch: int = 0
    best_rank: tuple[float, float] = (-math.inf, -math.inf)
    probabilities: npt.NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), "f4"))
    probabilities_validation: npt.NDArray[np.float32] = field(
        default_factory=lambda: np.empty((0, 0), "f4")
    )
    probabilities_last: npt.NDArray[np.float32] = field(
        default_factory=lambda: np.empty((0, 0), "f4")
    )
    labels_by_epoch: npt.NDArray[np.unsignedinteger] = field(
        default_factory=lambda: np.empty((0, 0), np.uint8)
    )
    history: dict[str, list[float]] = field(default_factory=dict)
    weights_by_epoch: list[str] = field(default_factory=list)
    whole_convolutions: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def is_over(self, options: RunOptions) -> bool:
        """Whether all epochs are done, or patience has run out."""
        waited = self.epoch - self.best_epoch
        return self.epoch >= options.epochs or bool(options.patience and waited >= options.patience)


def train(
    model: "keras.Model",
    splits: Splits,
    options: RunOptions,
    seeds: Seeds,
    on_epoch: OnEpoch,
    *,
    augment: Augment | None = None,
    so_far: Trained | None = None,
    keep: Callable[[Trained], None] | None = None,
    callbacks: Sequence["keras.callbacks.Callback"] = (),
    traces: KeptTraces | None = None,
) -> Trained:
    """Train for ``options.epochs`` epochs and choose one on validation data.

    Args:
        model: Compiled, with an accuracy metric; softmax outputs, one per class.
        splits: What to train on, choose on and score on.
        options: Those that every experiment takes are used, except the numeric ones.
        seeds: Those of order and augmentation are used.
        on_epoch: Called after each epoch with its number, from 1, and its metrics.
        augment: Changes the training inputs of each batch.
        so_far: Goes on from there; the model is in that state already.
        keep: Called after each epoch with what must be kept to go on later.
        callbacks: Keras callbacks. Those that want every batch cost the compiled loop.
        traces: Where traced functions of other runs may be found.

    Raises:
        RunFailedError: The loss became NaN or infinite.
    """
    so_far = so_far or Trained(model)
    if so_far.is_over(options):
        return so_far
    model.optimizer.build(model.trainable_variables)
    loop = Loop(model, splits.train, options, seeds, augment, traces=traces)
    predict = compile_predict(model, traces)
    told = Callbacks(callbacks, model, options.epochs, loop.steps)
    told.begin(so_far.history)
    while not so_far.is_over(options) and not told.asked_to_stop:
        began = time.perf_counter()
        epoch = so_far.epoch + 1
        model.reset_metrics()
        told.epoch(epoch, loop)
        metrics = _train_metrics(model, epoch)
        score_epoch(so_far, metrics, predict, splits, options)
        told.epoch_ended(epoch, metrics)
        so_far.whole_convolutions = list(loop.whole_convolutions)
        so_far.seconds += time.perf_counter() - began
        if keep is not None:
            keep(so_far)
        on_epoch(epoch, metrics)
    told.end()
    return so_far


def score_epoch(
    so_far: Trained,
    metrics: dict[str, float],
    predict: Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]],
    splits: Splits,
    options: RunOptions,
) -> None:
    """Score the epoch just trained, add its validation scores to ``metrics``, and choose."""
    validation = predict(splits.validation.inputs)
    test = predict(splits.test.inputs)
    metrics[schema.VAL_LOSS] = cross_entropy(validation, splits.validation.labels)
    metrics[schema.VAL_ACCURACY] = accuracy(validation, splits.validation.labels)
    narrow = np.uint8 if len(splits.classes) <= 256 else np.uint16
    predicted = test.argmax(axis=1).astype(narrow)
    before = so_far.labels_by_epoch if so_far.epoch else predicted[:0].reshape(0, len(predicted))
    so_far.labels_by_epoch = np.concatenate([before, predicted[np.newaxis]])
    so_far.epoch += 1
    so_far.weights_by_epoch.append(fingerprint(so_far.model))
    for key, value in metrics.items():
        so_far.history.setdefault(key, []).append(value)
    so_far.probabilities_last = test
    rank = (metrics[schema.VAL_ACCURACY], -metrics[schema.VAL_LOSS])
    if options.choose_by == schema.VAL_LOSS:
        rank = (rank[1], rank[0])
    if so_far.best_epoch == 0 or rank > so_far.best_rank:
        so_far.best_rank, so_far.best_epoch = rank, so_far.epoch
        so_far.best_state = snapshot(so_far.model)
        so_far.probabilities, so_far.probabilities_validation = test, validation


def _train_metrics(model: "keras.Model", epoch: int) -> dict[str, float]:
    values = {f"train_{k}": float(v) for k, v in model.get_metrics_result().items()}
    if not math.isfinite(values[schema.TRAIN_LOSS]):
        raise RunFailedError(
            f"the training loss became {values[schema.TRAIN_LOSS]} in epoch {epoch}: "
            "a smaller learning rate is the usual remedy"
        )
    return {key: values[key] for key in (schema.TRAIN_LOSS, schema.TRAIN_ACCURACY)}
