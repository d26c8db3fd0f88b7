"""``fit`` and its kin as Keras 1 and 2 called them: epochs, samples, generators, classes."""

import itertools
import math
from functools import wraps
from typing import Any

import numpy as np

from seedbed.runs.script.put_back.uses import OldUses

NEW_NAMES = {
    "nb_epoch": "epochs",
    "nb_worker": "workers",
    "max_q_size": "max_queue_size",
    "pickle_safe": "use_multiprocessing",
}
WITHOUT_EFFECT = {"show_accuracy"}
BY_SAMPLES = {
    "fit_generator": (("samples_per_epoch", "steps_per_epoch", "generator"),
                      ("nb_val_samples", "validation_steps", "validation_data")),
    "evaluate_generator": (("val_samples", "steps", "generator"),),
    "predict_generator": (("val_samples", "steps", "generator"),),
}  # fmt: skip
"""Method → (old argument in samples, new one in steps, the argument that yields the batches)."""


def restore_training(model: Any, uses: OldUses) -> None:
    """Let a model's methods take their old arguments.

    Args:
        model: ``tf_keras.Model``.
        uses: Where the uses are recorded.
    """
    for name in ("fit", "evaluate", *BY_SAMPLES):
        setattr(model, name, _renamed(name, getattr(model, name), uses))

    def predict_proba(self: Any, x: Any, batch_size: int = 32, verbose: int = 0) -> object:
        uses.tell(".predict_proba", "model.predict(x)")
        return self.predict(x, batch_size=batch_size, verbose=verbose)

    def predict_classes(self: Any, x: Any, batch_size: int = 32, verbose: int = 0) -> object:
        uses.tell(".predict_classes", "model.predict(x).argmax(axis=1)")
        outputs = self.predict(x, batch_size=batch_size, verbose=verbose)
        if outputs.shape[-1] > 1:
            return outputs.argmax(axis=-1)
        return (outputs > 0.5).astype("int32")

    model.predict_proba = predict_proba
    model.predict_classes = predict_classes


def _renamed(method: str, original: Any, uses: OldUses) -> object:
    @wraps(original)
    def call(self: Any, *args: Any, **named: Any) -> Any:
        if method == "fit_generator" and len(args) > 1 and "nb_epoch" in named:
            named["samples_per_epoch"] = args[1]  # Keras 1 took samples in second place
            args = (args[0], *args[2:])
        for old in [key for key in named if key in NEW_NAMES]:
            uses.tell(f"{method}({old}=…)", f"{NEW_NAMES[old]}=")
            named[NEW_NAMES[old]] = named.pop(old)
        for old in WITHOUT_EFFECT & named.keys():
            del named[old]
            uses.tell(f"{method}({old}=…)", "nothing: compile(metrics=['accuracy']) shows it")
        for samples, steps, source in BY_SAMPLES.get(method, ()):
            if samples in named:
                args, named = _in_steps(args, named, samples, steps, source)
                uses.tell(f"{method}({samples}=…)", f"{steps}=samples // batch size")
        if isinstance(named.get("class_weight"), str):  # neither scaled nor refused
            given = named.pop("class_weight")
            uses.warn(
                f"gives {method} class_weight={given!r}, which had no effect: every class counts "
                "alike"
            )
        if named.get("callbacks") == []:
            named["callbacks"] = None
        return original(self, *args, **named)

    return call


def _in_steps(
    args: tuple[Any, ...], named: dict[str, Any], samples: str, steps: str, source: str
) -> tuple[tuple[object, ...], dict[str, object]]:
    """A number of examples as a number of batches, rounded up as Keras 1 did."""
    named = dict(named)
    wanted = named.pop(samples)
    by_position = source == "generator" and bool(args)
    generator = args[0] if by_position else named.get(source)
    if generator is None or isinstance(generator, tuple | list):
        return args, named  # arrays: every example is used
    size, generator = _batch_size(generator)
    named[steps] = math.ceil(wanted / size)
    if by_position:
        return (generator, *args[1:]), named
    named[source] = generator
    return args, named


def _batch_size(generator: Any) -> tuple[int, Any]:
    """Examples in a batch, and the generator with nothing of it used up."""
    size = getattr(generator, "batch_size", None)
    if size:
        return int(size), generator
    if hasattr(generator, "__len__"):
        return len(np.asarray(_inputs(generator[0]))), generator
    first = next(generator)
    return len(np.asarray(_inputs(first))), itertools.chain([first], generator)


def _inputs(batch: Any) -> Any:
    x = batch[0] if isinstance(batch, tuple | list) else batch
    return next(iter(x.values())) if isinstance(x, dict) else x[0] if isinstance(x, list) else x


def restore_metric_names(callbacks: Any) -> None:
    """Give ``acc`` and ``val_acc`` beside ``accuracy``, as Keras until 2.2 called them.

    Args:
        callbacks: ``tf_keras.callbacks``.
        uses: Where the uses are recorded.
    """
    original = callbacks.CallbackList.on_epoch_end

    @wraps(original)
    def on_epoch_end(self: Any, epoch: int, logs: Any = None) -> None:
        for old, new in (("acc", "accuracy"), ("val_acc", "val_accuracy")):
            if logs and new in logs and old not in logs:
                logs[old] = logs[new]
        original(self, epoch, logs)

    callbacks.CallbackList.on_epoch_end = on_epoch_end


def report_ignored_arguments(callbacks: object, uses: OldUses) -> None:
    """Say which arguments of a callback have no effect, as in every Keras that took them."""
    for name, known in (("ModelCheckpoint", {"period", "load_weights_on_restart"}),):
        cls = getattr(callbacks, name)
        cls.__init__ = _ignoring(name, cls.__init__, known, uses)


def _ignoring(name: str, original: Any, known: set[str], uses: OldUses) -> Any:
    names = set(original.__code__.co_varnames[: original.__code__.co_argcount])

    @wraps(original)
    def init(self: Any, *args: Any, **named: Any) -> None:
        for extra in named.keys() - names - known:
            uses.warn(f"gives {name} {extra}=, which has no effect in any Keras")
        original(self, *args, **named)

    return init
