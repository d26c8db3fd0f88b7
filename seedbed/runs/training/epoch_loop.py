"""One epoch of training as one compiled loop over data that stays in memory.

The loop gathers its batches by itself and calls the model's own ``train_step``, so custom losses,
metrics and layers keep working, and the weights are bit for bit those of ``model.fit`` given the
same order.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from seedbed.runs.data.augmentation import NUMBERS, numbers_of_epoch
from seedbed.runs.data.splits import Examples
from seedbed.runs.settings.computing import computing_key
from seedbed.runs.settings.options import RunOptions
from seedbed.runs.settings.seeds import Seeds, order_of_epoch
from seedbed.runs.training.kept_traces import KeptTraces, Traced
from seedbed.runs.training.split_check import halves_match
from seedbed.runs.training.split_convolutions import convolutions_in_halves

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

PREDICT_BATCH = 64

Augment = Callable[["tf.Tensor", "tf.Tensor"], "tf.Tensor"]
"""A batch of inputs and ``[example, 8]`` uniform numbers → the batch, changed."""


class Loop:
    """Trains a model, a whole epoch or some steps of it at a time.

    Args:
        model: Compiled.
        examples: What it trains on.
        options: ``batch_size`` and ``class_weight`` are used.
        seeds: Those of order and augmentation are used.
        augment: Changes the inputs of each batch; None leaves them as they are.
        traces: Where the traced loop of another run may be found; None to trace it here.

    Attributes:
        steps: Steps of an epoch.
        whole_convolutions: Names of the large layers whose halves have other bits than the whole
            on this processor, so that they are computed whole; known once the loop has run.
    """

    def __init__(
        self,
        model: "keras.Model",
        examples: Examples,
        options: RunOptions,
        seeds: Seeds,
        augment: Augment | None = None,
        *,
        traces: KeptTraces | None = None,
    ) -> None:
        self._examples = examples
        self._batch_size = options.batch_size
        self._seeds = seeds
        self._augment = augment
        self.whole_convolutions: dict[str, None] = {}
        sizes = _batch_sizes(len(examples), options.batch_size)
        matches = partial(halves_match, batch_sizes=sizes, computing=computing_key(options))
        in_halves = partial(
            convolutions_in_halves, sizes[0], matches, self.whole_convolutions.setdefault
        )
        self._compiled, self._data = _compile(model, examples, options, augment, in_halves)
        self._traces = traces
        self.steps = -(-len(examples) // options.batch_size)

    @cached_property
    def _traced(self) -> Traced:
        """The loop for any number of steps of an epoch, traced here or by another run.

        It is read when training begins, because callbacks may change the network before that.
        """
        import tensorflow as tf

        if self._traces is None:
            return self._compiled
        numbers = (0, 0) if self._augment is None else (len(self._examples), NUMBERS)
        signature = tf.TensorSpec([None], tf.int32), tf.TensorSpec(numbers, tf.float32)
        trace = partial(self._compiled.get_concrete_function, *signature)  # type: ignore[attr-defined]
        return self._traces.function("loop", trace, self._data, self.whole_convolutions)

    def run(self, epoch: int, first: int = 0, last: int | None = None) -> None:
        """Train the steps ``first`` up to, not including, ``last`` of an epoch counted from 1."""
        import tensorflow as tf

        order = order_of_epoch(self._seeds.order, epoch, len(self._examples))
        end = None if last is None else last * self._batch_size
        order = order[first * self._batch_size : end]
        numbers = np.zeros((0, 0), np.float32)
        if self._augment is not None:
            ids = self._examples.ids
            numbers = numbers_of_epoch(self._seeds.augmentation, epoch, ids)
        self._traced(tf.constant(order), tf.constant(numbers))


def class_weights(labels: npt.NDArray[np.integer]) -> npt.NDArray[np.float32]:
    """Weight of each class, examples / (classes · examples of the class); 0 where there are none.

    Args:
        labels: ``[example]``.

    Source: King and Zeng (2001), as in scikit-learn's ``class_weight="balanced"``.
    """
    counts = np.bincount(labels)
    present = np.count_nonzero(counts)
    weights = len(labels) / (present * np.maximum(counts, 1))
    return np.where(counts > 0, weights, 0).astype(np.float32)


def _batch_sizes(examples: int, batch_size: int) -> tuple[int, ...]:
    """Every number of examples that a batch can have, the largest first."""
    last = examples % batch_size
    return min(examples, batch_size), *([last] if last else [])


def _make_metrics(model: "keras.Model", labels: "tf.Tensor") -> None:
    """Have Keras make the metrics' variables now, so that the loop is traced once.

    It would make them while the loop is traced, and TensorFlow traces a function that makes
    variables a second time. A model with its own ``train_step`` is left to do as it likes.
    """
    import keras
    import tensorflow as tf

    shape = getattr(model, "output_shape", None)
    if isinstance(shape, tuple) and type(model).train_step is keras.Model.train_step:
        model.compute_metrics(None, labels[:1], tf.zeros((1, *shape[1:])))
        model.reset_metrics()


def _compile(
    model: "keras.Model",
    examples: Examples,
    options: RunOptions,
    augment: Augment | None,
    in_halves: Callable[[], AbstractContextManager[None]],
) -> tuple[Traced, Sequence["tf.Tensor"]]:
    """A function of the order of examples, and of the augmentation's numbers, both for an epoch.

    Returns:
        The function, and the tensors of data that it uses.
    """
    import tensorflow as tf

    batch_size = options.batch_size
    inputs, labels = tf.constant(examples.inputs), tf.constant(examples.labels)
    class_weight = None
    if options.class_weight == "balanced":
        class_weight = tf.constant(class_weights(examples.labels))
    model.optimizer.build(model.trainable_variables)
    _make_metrics(model, labels)

    def batch(index: "tf.Tensor", numbers: "tf.Tensor") -> tuple["tf.Tensor", ...]:
        x, y = tf.gather(inputs, index), tf.gather(labels, index)
        if augment is not None:
            x = augment(x, tf.gather(numbers, index))
        return (x, y) if class_weight is None else (x, y, tf.gather(class_weight, y))

    # As in fit, Python is not rewritten for TensorFlow here; that takes longer than the rest of
    # the tracing, so the loop is written out.
    @tf.function(reduce_retracing=True, autograph=False)  # type: ignore[untyped-decorator]
    def loop(order: "tf.Tensor", numbers: "tf.Tensor") -> None:
        steps = (tf.shape(order)[0] + batch_size - 1) // batch_size

        def train(step: "tf.Tensor") -> tuple["tf.Tensor"]:
            index = order[step * batch_size : (step + 1) * batch_size]
            with in_halves():
                model.train_step(batch(index, numbers))
            return (step + 1,)

        tf.while_loop(lambda step: step < steps, train, [0], parallel_iterations=1)

    weights = [] if class_weight is None else [class_weight]
    return loop, [inputs, labels, *weights]


def compile_predict(
    model: "keras.Model", traces: KeptTraces | None = None
) -> Callable[[npt.NDArray[np.generic]], npt.NDArray[np.float32]]:
    """A function from inputs to class probabilities, one compiled loop over batches of one size.

    It takes ``[example, …]`` inputs and gives ``[example, class]`` float32.
    """
    import tensorflow as tf

    @tf.function(autograph=False)  # type: ignore[untyped-decorator]
    def loop(inputs: "tf.Tensor") -> "tf.Tensor":
        steps = (tf.shape(inputs)[0] + PREDICT_BATCH - 1) // PREDICT_BATCH

        def forward(step: "tf.Tensor", parts: "tf.Tensor") -> tuple["tf.Tensor", "tf.Tensor"]:
            batch = inputs[step * PREDICT_BATCH : (step + 1) * PREDICT_BATCH]
            part = tf.cast(model(batch, training=False), tf.float32)
            return step + 1, parts.write(step, part)

        start = [0, tf.TensorArray(tf.float32, steps, infer_shape=False)]
        _, parts = tf.while_loop(
            lambda step, _: step < steps, forward, start, parallel_iterations=1
        )
        return parts.concat()

    functions: dict[tuple[tuple[int, ...], np.dtype[np.generic]], Traced] = {}

    def traced(shape: tuple[int, ...], kind: np.dtype[np.generic]) -> Traced:
        # Traced once for any number of examples.
        trace = partial(loop.get_concrete_function, tf.TensorSpec([None, *shape], kind))
        if traces is None:
            return trace()  # type: ignore[no-any-return]
        return traces.function(f"predict {shape} {kind}", trace, (), {})

    def predict(inputs: npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
        kind = inputs.shape[1:], inputs.dtype
        if kind not in functions:
            functions[kind] = traced(*kind)
        probabilities: npt.NDArray[np.float32] = functions[kind](tf.constant(inputs)).numpy()
        return probabilities

    return predict
