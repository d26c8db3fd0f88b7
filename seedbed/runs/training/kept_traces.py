"""Traced functions that one run leaves for the next of the same configuration.

TensorFlow traces a network's training loop and its scoring anew in every process, which takes
longer than an epoch of a small network. What is traced does not depend on a run's seeds: weights,
random generators and data are tensors that the function is given. That is not taken on trust. The
first run keeps its trace, a second one with other seeds traces as well and compares, and only what
both traced alike is used by the runs that follow. A source that had the same seed in both is
compared again by the first run in which it has another. The second run also leaves the graph as
TensorFlow rewrote it for execution, so that the later ones do not rewrite it either.

A network qualifies if Keras describes all of it: layers, loss, optimiser and metrics of Keras' own
and its own ``train_step``. Any other is traced in every run, as before.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from dataclasses import asdict, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from seedbed.runs import graph_cache_private, tensorflow_private
from seedbed.runs.keras_private import layers_within
from seedbed.runs.settings.computing import computing_key
from seedbed.runs.settings.options import RunOptions
from seedbed.runs.settings.seeds import SOURCES, Seeds
from seedbed.runs.training.trace_files import KeptTrace, TraceFiles
from seedbed.system.code_version import code_digest

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

Traced = Callable[..., "tf.Tensor"]

SMALL = 128
"""Elements up to which TensorFlow may write a tensor's values into the trace."""

NOT_TRACED = ("seed", "learning_rate")
"""Fields of a network's description whose values are in tensors, not in the trace."""

NO_PART = ("learning_rate", "epochs", "patience", "choose_by", "carry_over")
"""Options that the traced functions do not use."""

UNTOUCHED = ("train_step", "compute_loss", "compute_metrics", "call")
"""Methods whose replacement on one object no description would show."""


class KeptTraces:
    """The traced functions of one network, found in the store or traced and left there.

    Args:
        model: Built and compiled.
        options: Of the run.
        seeds: Of the run.
        code: Digest of the experiment's file.
    """

    def __init__(self, model: "keras.Model", options: RunOptions, seeds: Seeds, code: str) -> None:
        self._model = model
        self._options = options
        self._seeds = {**seeds.asdict(), "seed": options.seed}
        self._code = code
        self._files = TraceFiles()

    def function(
        self,
        name: str,
        trace: Callable[[], Traced],
        tensors: Sequence["tf.Tensor"],
        notes: MutableMapping[str, None],
    ) -> Traced:
        """The function of that name, bound to this network's tensors.

        Args:
            name: Tells the functions of one network apart.
            trace: Gives the concrete function, traced now.
            tensors: Those beside the network's own that it may use, such as the data.
            notes: Gets what tracing noted, if the trace was kept.

        Returns:
            A function of TensorFlow's positional tensors.
        """
        key = self._key(name, tensors)
        if key is None:
            return trace()
        own: list[object] = [*tensors, *self._variables()]
        kept = self._files.read(key)
        if kept is not None and kept.state == "confirmed" and not kept.untried(self._seeds):
            loaded = self._loaded(key, kept, own)
            if loaded is not None:
                notes.update(dict.fromkeys(kept.notes))
                return loaded
        traced = trace()
        kept = self._keep(key, traced, own, notes)
        loaded = None if kept is None else self._loaded(key, kept, own)
        return traced if loaded is None else loaded

    def _loaded(self, key: str, kept: KeptTrace, own: Sequence[object]) -> Traced | None:
        """The kept function bound to this network's tensors; None where TensorFlow refuses it."""
        bound = [tensorflow_private.bindable(own[index]) for index in kept.captures]
        loaded = tensorflow_private.loaded(kept.library, kept.function, bound, kept.outputs)
        if loaded is None:
            self._files.write(key, kept.unusable())
            return None
        return _FirstCall(self._files, key, kept, loaded)

    def _keep(
        self, key: str, traced: Traced, own: Sequence[object], notes: Iterable[str]
    ) -> KeptTrace | None:
        """Keep a new trace, or compare it with the kept one; gives that if they are equal."""
        before = self._files.read(key)  # another run may have ended meanwhile
        untried = [] if before is None else before.untried(self._seeds)
        if before is not None and (before.state == "unusable" or not untried):
            return None
        captures = tensorflow_private.captures(traced, own)
        if captures is None:  # it uses a tensor that another process could not bind
            return None
        found = tensorflow_private.library_of(traced, f"seedbed_{key}")
        if found is None:
            return None
        library, function = found
        outputs = tensorflow_private.outputs_of(traced)
        new = KeptTrace("seen", self._seeds, (), function, outputs, captures, tuple(notes), library)
        if before is None:
            self._files.write(key, new)
            return None
        if not before.is_same_function(new):
            self._files.write(key, before.unusable())
            return None
        confirmed = replace(before, state="confirmed", varied=(*before.varied, *untried))
        self._files.write(key, confirmed)
        return confirmed

    def _variables(self) -> list["keras.Variable"]:
        model = self._model
        groups = (model.variables, model.optimizer.variables, model.metrics_variables)
        return list({id(variable): variable for group in groups for variable in group}.values())

    def _key(self, name: str, tensors: Sequence["tf.Tensor"]) -> str | None:
        if self._description is None:
            return None
        variables = [
            f"{variable.dtype} {tuple(variable.shape)} {variable.trainable}"
            for variable in self._variables()
        ]
        data = [_described(tensor) for tensor in tensors]
        parts = [name, self._description, *variables, *data]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]

    @cached_property
    def _description(self) -> str | None:
        """All that the trace may depend on, except the tensors; None where that is not known."""
        network = _network(self._model)
        if network is None:
            return None
        import keras
        import tensorflow as tf

        options = asdict(self._options)
        left_out = {*NO_PART, "seed", *(f"{source}_seed" for source in SOURCES)}
        fixed = {name: value for name, value in options.items() if name not in left_out}
        config = keras.config
        of_keras = (config.epsilon(), config.floatx(), config.image_data_format())
        optimizer = tf.config.optimizer
        rewriting = sorted(optimizer.get_experimental_options().items()), optimizer.get_jit()
        computing = computing_key(self._options)
        parts = [network, fixed, of_keras, rewriting, self._code, code_digest(), computing]
        return repr(parts)


class _FirstCall:
    """A loaded function, whose first call takes the rewritten graph or leaves it."""

    def __init__(self, files: TraceFiles, key: str, kept: KeptTrace, loaded: Traced) -> None:
        self._files = files
        self._key = key
        self._kept = kept
        self._loaded = loaded
        self._is_first = True

    def __call__(self, *arguments: "tf.Tensor") -> "tf.Tensor":
        if not self._is_first:
            return self._loaded(*arguments)
        self._is_first = False
        kept = self._kept
        if kept.rewritten:
            return self._with_rewritten(arguments)
        call = partial(self._loaded, *arguments)
        result, graph = graph_cache_private.collected(call, kept.library, kept.function)
        now = self._files.read(self._key)  # another run may have ended meanwhile
        if graph and now is not None and now.is_same_function(kept):
            self._files.write(self._key, replace(now, rewritten=graph))
        return result

    def _with_rewritten(self, arguments: Sequence["tf.Tensor"]) -> "tf.Tensor":
        from tensorflow.errors import OpError

        kept = self._kept
        try:
            with graph_cache_private.given(kept.rewritten, kept.library, kept.function):
                return self._loaded(*arguments)
        except OpError:  # the next run traces, if it was the graph
            self._files.write(self._key, kept.unusable())
            raise


def _described(tensor: "tf.Tensor") -> str:
    """Shape and type, and of a small tensor the values, which may be written into the trace."""
    text = f"{tensor.dtype.name} {tuple(tensor.shape)}"
    small = tensor.shape.num_elements() <= SMALL
    return f"{text} {tensor.numpy().tolist()}" if small else text


def _network(model: "keras.Model") -> str | None:
    """Keras' own description of the compiled network; None where it does not hold all of it."""
    objects = [model, *layers_within(model), model.optimizer]
    if any(_is_unlike_its_description(one) for one in objects):
        return None
    try:
        given = [
            model.get_config(),
            model.get_compile_config(),
            model.optimizer.get_config(),
        ]
        if not all(_is_keras_own(one) for one in given):
            return None
        return json.dumps([_without_values(one) for one in given], sort_keys=True)
    except (ValueError, TypeError, NotImplementedError, AttributeError, RecursionError):
        return None  # what cannot be described


def _is_unlike_its_description(part: object) -> bool:
    """Whether it is another's class, was changed on the object, or keeps tensors to itself."""
    import tensorflow as tf

    if type(part).__module__.partition(".")[0] != "keras" or hasattr(part, "adapt"):
        return True
    held = vars(part)
    return any(name in held for name in UNTOUCHED) or any(
        isinstance(value, tf.Tensor) for value in held.values()
    )


def _is_keras_own(described: object) -> bool:
    """Whether every object in a description is of Keras itself."""
    if isinstance(described, dict):
        if described.get("registered_name") not in (None, described.get("class_name")):
            return False
        module = described.get("module")
        if "class_name" in described and module is not None:
            top = str(module).partition(".")[0]
            if top not in ("keras", "builtins"):
                return False
        if described.get("class_name") in ("__lambda__", "function", "__tensor__"):
            return False
        return all(map(_is_keras_own, described.values()))
    if isinstance(described, list | tuple):
        return all(map(_is_keras_own, described))
    return True


def _without_values(described: object) -> object:
    """A description without the fields whose values are in tensors."""
    if isinstance(described, dict):
        return {
            key: _without_values(value)
            for key, value in described.items()
            if key not in NOT_TRACED or isinstance(value, dict)
        }
    if isinstance(described, list | tuple):
        return [_without_values(value) for value in described]
    return described
