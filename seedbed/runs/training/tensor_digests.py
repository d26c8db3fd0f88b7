"""Digests of every tensor of a training step, computed by the step's own graph.

Whole-number arithmetic has the same result in any order, so equal bits give equal digests on any
number of threads; and it is compiled with the step, XLA included, which stays as it is otherwise.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

Kind = Literal["data", "operation", "output", "loss", "gradient"]
Name = tuple[Kind, str]

MOST = 4_096
"""Tensors of a step that are digested; a deeper network's last ones are left out."""
CONSTANT = frozenset({"Const", "Identity", "Placeholder", "ReadVariableOp", "Shape"})
"""Operations that compute nothing."""

DIGEST = "seedbed_digest"
"""Scope of the operations of digests."""

_GOLDEN, _FIRST, _SECOND = -0x61C8864680B583EB, -0x40A7B892E31B1A47, -0x6B2FB644ECCEEE15
"""Constants of splitmix64 (Steele, Lea and Flood 2014), as signed numbers."""


class TensorDigests:
    """Collects the digests of a step's tensors; they can be read once the step has run.

    Attributes:
        names: Kind and name of each tensor, in the order in which the step computes them.
    """

    def __init__(self) -> None:
        import tensorflow as tf

        self.names: list[Name] = []
        self._found: list[tf.Tensor] = []
        self._times: Counter[Name] = Counter()
        self._graph: tf.Graph | None = None
        self._is_open = False
        self._store = tf.Variable(tf.zeros((MOST,), tf.int64), trainable=False)

    def read(self) -> list[str]:
        """The digests of the last step, in the order of ``names``."""
        return [f"{value & 0xFFFFFFFFFFFFFFFF:016x}" for value in self._values()]

    @property
    def words(self) -> list[str]:
        """``names`` in words: ``the output of dense (Dense)``, ``the gradient of dense/kernel``."""
        return [operation(kind, name) for kind, name in self.names]

    def of_step(self, train_step: Callable[[object], object]) -> Callable[[object], object]:
        """A network's ``train_step`` that also digests its tensors, its batch first."""
        import tensorflow as tf

        @tf.autograph.experimental.do_not_convert  # type: ignore[untyped-decorator]
        def digested_step(data: object) -> object:
            with self.step():
                self.note("data", "the batch", data)
                return train_step(data)

        return digested_step  # type: ignore[no-any-return]

    def _values(self) -> list[int]:
        return [int(value) for value in self._store.numpy()[: len(self.names)]]

    @contextmanager
    def step(self) -> Iterator[None]:
        """Digest what is computed within; to be entered where the step is, or is traced."""
        import tensorflow as tf

        self.names, self._found, self._is_open = [], [], True
        self._times.clear()
        self._graph = _graph()
        try:
            yield
        finally:
            self._is_open = False
        if self._found:
            rest = tf.zeros((MOST - len(self._found),), tf.int64)
            self._store.assign(tf.concat([tf.stack(self._found), rest], 0))

    def note(self, kind: Kind, name: str, tensors: object) -> None:
        """Digest a tensor, or each of a structure of them; outside a step nothing happens."""
        import tensorflow as tf

        if not self._is_open or _graph() is not self._graph:
            return
        try:
            parts = [one for one in tf.nest.flatten(tensors) if one is not None]
        except (TypeError, ValueError):
            return
        parts = [one.values if isinstance(one, tf.IndexedSlices) else one for one in parts]
        tensors = [one for one in parts if isinstance(one, tf.Tensor) and _is_number(one)]
        for place, tensor in enumerate(tensors):
            if len(self.names) == MOST:
                return
            part = f" ({place + 1} of {len(tensors)})" if len(tensors) > 1 else ""
            self.names.append((kind, self._unique(kind, f"{name}{part}")))
            self._found.append(digest(tensor))

    def made_so_far(self) -> int:
        """How many operations the graph of the step has; 0 where there is none."""
        graph = _graph()
        return len(graph.get_operations()) if graph is not None else 0

    def note_operations(self, layer: str, first: int) -> None:
        """Digest what a layer's operations give, one by one, in the order of the graph.

        Args:
            layer: The layer, as it is named.
            first: How many operations the graph had before it was called.
        """
        graph = _graph()
        if not self._is_open or graph is not self._graph:
            return
        for one in graph.get_operations()[first:] if graph is not None else ():
            if one.type not in CONSTANT and DIGEST not in one.name:
                self.note("operation", f"{one.type} ({one.name}) in {layer}", list(one.outputs))

    def _unique(self, kind: Kind, name: str) -> str:
        """The name, with a number if a step computes it more than once."""
        self._times[kind, name] += 1
        times = self._times[kind, name]
        return f"{name}, call {times}" if times > 1 else name


def operation(kind: str, name: str) -> str:
    """A tensor in words: ``the output of dense (Dense)``, ``the gradient of dense/kernel``."""
    return f"the {kind} of {name}" if kind in ("output", "gradient") else name


def layer_words(layer: "keras.Layer") -> str:
    """A layer as it is named: ``dense (Dense)``."""
    return f"{layer.name} ({type(layer).__name__})"


def watch_tensors(
    digests: TensorDigests, layers: tuple[type["keras.Layer"], ...], within: str = ""
) -> None:
    """Digest what layers give and what gradients are taken; changes this process for good.

    Args:
        digests: Takes the digests, while a step is open.
        layers: The base class of layers of each Keras.
        within: The layer whose operations are digested one by one, as ``layer_words`` names it.
    """
    import tensorflow as tf

    for layer in layers:
        layer.__call__ = _calling(layer.__call__, digests, within)
    tape = tf.GradientTape
    tape.gradient = _gradient(tape.gradient, digests)


def _calling(
    original: Callable[..., object], digests: TensorDigests, within: str
) -> Callable[..., object]:
    @wraps(original)
    def call(layer: "keras.Layer", *arguments: object, **named: object) -> object:
        words = layer_words(layer)
        first = digests.made_so_far() if words == within else 0  # it copies the graph's list
        outputs = original(layer, *arguments, **named)
        if words == within:
            digests.note_operations(words, first)
        digests.note("output", words, outputs)
        return outputs

    return call


def _gradient(original: Callable[..., object], digests: TensorDigests) -> Callable[..., object]:
    @wraps(original)
    def gradient(
        tape: "tf.GradientTape",
        target: "tf.Tensor",
        sources: object,
        *rest: object,
        **named: object,
    ) -> object:
        import tensorflow as tf

        digests.note("loss", "the loss", target)
        found = original(tape, target, sources, *rest, **named)
        pairs = list(zip(tf.nest.flatten(sources), tf.nest.flatten(found), strict=False))
        for source, one in reversed(pairs):  # as they are computed, from the outputs back
            digests.note("gradient", str(getattr(source, "path", getattr(source, "name", ""))), one)
        return found

    return gradient


def digest(tensor: "tf.Tensor") -> "tf.Tensor":
    """A 64-bit digest of a tensor's bits and their order, as a scalar ``int64`` tensor."""
    import tensorflow as tf

    with tf.name_scope(DIGEST):
        bits = tf.reshape(_as_integers(tensor), [-1])
        index = tf.range(1, tf.size(bits, out_type=tf.int64) + 1, dtype=tf.int64)
        mixed = bits + index * tf.constant(_GOLDEN, tf.int64)
        for shift, factor in ((30, _FIRST), (27, _SECOND)):
            moved = tf.bitwise.right_shift(mixed, tf.constant(shift, tf.int64))
            mixed = tf.bitwise.bitwise_xor(mixed, moved) * tf.constant(factor, tf.int64)
        return tf.reduce_sum(tf.bitwise.bitwise_xor(mixed, tf.bitwise.right_shift(mixed, 31)))


def _as_integers(tensor: "tf.Tensor") -> "tf.Tensor":
    import tensorflow as tf

    if tensor.dtype == tf.bool:
        return tf.cast(tensor, tf.int64)
    sizes = {1: tf.int8, 2: tf.int16, 4: tf.int32, 8: tf.int64}
    return tf.cast(tf.bitcast(tensor, sizes[tensor.dtype.size]), tf.int64)


def _is_number(tensor: "tf.Tensor") -> bool:
    kind = tensor.dtype
    return bool(kind.is_floating or kind.is_integer or kind.is_bool) and kind.size in (1, 2, 4, 8)


def _graph() -> "tf.Graph | None":
    """The graph that is built now; None where operations run at once."""
    import tensorflow as tf

    return None if tf.executing_eagerly() else tf.compat.v1.get_default_graph()
