"""Training over data that fits in memory: one compiled loop per epoch.

The loop gathers its batches from tensors that stay in memory and calls the model's own
``train_step``, so custom losses, metrics and layers keep working, and the weights are bit for bit
those of ``model.fit`` given the same order.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from experiments.options import RunOptions
from experiments.scoring import accuracy, cross_entropy
from experiments.seeds import Seeds, order_of_epoch
from experiments.splits import Examples, Splits
from tracking.errors import RunFailedError

if TYPE_CHECKING:
    import keras

PREDICT_BATCH = 256

OnEpoch = Callable[[int, dict[str, float]], None]


@dataclass(frozen=True)
class Trained:
    """What training leaves.

    Attributes:
        model: The model after the last epoch.
        best_state: Model and optimiser at the chosen epoch; see ``snapshot``.
        best_epoch: The chosen epoch, counted from 1.
        probabilities: ``[example, class]`` float32 on the test set, at the chosen epoch.
        probabilities_last: ``[example, class]`` float32 on the test set, after the last epoch.
        labels_by_epoch: ``[epoch, example]`` predicted class on the test set.
        history: Metric → value per epoch.
    """

    model: "keras.Model"
    best_state: list[npt.NDArray[Any]]
    best_epoch: int
    probabilities: npt.NDArray[np.float32]
    probabilities_last: npt.NDArray[np.float32]
    labels_by_epoch: npt.NDArray[np.unsignedinteger]
    history: dict[str, list[float]]


def train(
    model: "keras.Model",
    splits: Splits,
    options: RunOptions,
    seeds: Seeds,
    on_epoch: OnEpoch,
) -> Trained:
    """Train for ``options.epochs`` epochs and choose one on validation data.

    Args:
        model: Compiled, with an accuracy metric; softmax outputs, one per class.
        splits: What to train on, choose on and score on.
        options: ``epochs`` and ``batch_size`` are used.
        seeds: The order seed is used.
        on_epoch: Called after each epoch with its number, from 1, and its metrics.

    Raises:
        RunFailedError: The loss became NaN or infinite.
    """
    run_epoch = _compiled_epoch(model, splits.train, options.batch_size)
    predict = _compiled_predict(model)
    narrow = np.uint8 if len(splits.classes) <= 256 else np.uint16
    best: tuple[float, float] | None = None
    best_epoch, best_state, best_probabilities = 0, [], np.empty(0, np.float32)
    labels: list[npt.NDArray[Any]] = []
    history: dict[str, list[float]] = {}
    probabilities = best_probabilities
    for epoch in range(1, options.epochs + 1):
        model.reset_metrics()
        run_epoch(order_of_epoch(seeds.order, epoch, len(splits.train)))
        metrics = _train_metrics(model, epoch)
        validation = predict(splits.validation.inputs)
        probabilities = predict(splits.test.inputs)
        metrics["val_loss"] = cross_entropy(validation, splits.validation.labels)
        metrics["val_accuracy"] = accuracy(validation, splits.validation.labels)
        labels.append(probabilities.argmax(axis=1).astype(narrow))
        for key, value in metrics.items():
            history.setdefault(key, []).append(value)
        rank = (metrics["val_accuracy"], -metrics["val_loss"])
        if best is None or rank > best:
            best, best_epoch = rank, epoch
            best_state, best_probabilities = snapshot(model), probabilities
        on_epoch(epoch, metrics)
    return Trained(
        model=model,
        best_state=best_state,
        best_epoch=best_epoch,
        probabilities=best_probabilities,
        probabilities_last=probabilities,
        labels_by_epoch=np.stack(labels),
        history=history,
    )


def snapshot(model: "keras.Model") -> list[npt.NDArray[Any]]:
    """Every variable that training changes: weights, dropout's generators, the optimiser's."""
    return [np.array(variable) for variable in _variables(model)]


def restore(model: "keras.Model", state: list[npt.NDArray[Any]]) -> None:
    """Put a model back to a snapshot of itself."""
    for variable, value in zip(_variables(model), state, strict=True):
        variable.assign(value)


def _variables(model: "keras.Model") -> list[Any]:
    return [*model.variables, *model.optimizer.variables]


def _train_metrics(model: "keras.Model", epoch: int) -> dict[str, float]:
    values = {f"train_{k}": float(v) for k, v in model.get_metrics_result().items()}
    if not math.isfinite(values["train_loss"]):
        raise RunFailedError(
            f"the training loss became {values['train_loss']} in epoch {epoch}: "
            "a smaller learning rate is the usual remedy"
        )
    return {"train_loss": values["train_loss"], "train_accuracy": values["train_accuracy"]}


def _compiled_epoch(
    model: "keras.Model", examples: Examples, batch_size: int
) -> Callable[[npt.NDArray[np.int32]], None]:
    """A function that trains one epoch in the given order of examples."""
    import tensorflow as tf

    inputs, labels = tf.constant(examples.inputs), tf.constant(examples.labels)
    model.optimizer.build(model.trainable_variables)

    @tf.function  # type: ignore[untyped-decorator]
    def loop(order: Any) -> None:
        steps = (tf.shape(order)[0] + batch_size - 1) // batch_size
        for step in tf.range(steps):
            index = order[step * batch_size : (step + 1) * batch_size]
            model.train_step((tf.gather(inputs, index), tf.gather(labels, index)))

    def run(order: npt.NDArray[np.int32]) -> None:
        loop(tf.constant(order))

    return run


def _compiled_predict(
    model: "keras.Model",
) -> Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]]:
    """A function from inputs to class probabilities, in batches of a fixed size."""
    import tensorflow as tf

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def forward(batch: Any) -> Any:
        return model(batch, training=False)

    def predict(inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        parts = [
            forward(tf.constant(inputs[first : first + PREDICT_BATCH])).numpy()
            for first in range(0, len(inputs), PREDICT_BATCH)
        ]
        return np.concatenate(parts)

    return predict
