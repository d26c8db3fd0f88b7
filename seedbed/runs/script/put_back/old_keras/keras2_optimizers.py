"""Optimisers as Keras 1 and 2 called them: ``Adam(lr=…, decay=…)``, ``keras.optimizers.adam``."""

import inspect
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary, ref

from seedbed.runs.script.put_back.uses import OldUses

NAMES = ("Adam", "SGD", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "Ftrl")
OLD_ARGUMENTS = {"lr": "learning_rate=", "decay": "a learning rate schedule"}


def restore_optimizers(optimizers: Any, uses: OldUses) -> None:
    """Make an optimiser of the old kind where the old arguments ask for it.

    tf-keras keeps the old kind in ``optimizers.legacy``; the new one ignores ``lr`` and refuses
    ``decay``.

    Args:
        optimizers: ``tf_keras.optimizers``.
        uses: Where the uses are recorded.
    """
    for name in NAMES:
        cls, old = getattr(optimizers, name), getattr(optimizers.legacy, name)
        cls.__new__ = staticmethod(_maker(cls, old, uses))
        setattr(optimizers, name.lower(), cls)


def _maker(cls: Any, old: Any, uses: OldUses) -> Any:
    def new(kind: Any, *args: Any, **named: Any) -> Any:
        used = [argument for argument in OLD_ARGUMENTS if argument in named]
        positional = cls.__name__ == "SGD" and len(args) > 2 and not isinstance(args[2], bool)
        if kind is not cls or not (used or positional):
            return object.__new__(kind)
        for argument in used:
            uses.tell(f"{cls.__name__}({argument}=…)", OLD_ARGUMENTS[argument])
        if positional:  # SGD(lr, momentum, decay, nesterov)
            uses.tell("SGD(lr, momentum, decay)", OLD_ARGUMENTS["decay"])
            named |= dict(zip(("decay", "nesterov"), args[2:], strict=False))
            args = args[:2]
        return old(*args, **named)

    return new


def share_optimizers(model: Any, optimizers: Any, uses: OldUses) -> None:
    """Let several networks, or one that is compiled anew, share an optimiser, as until Keras 2.10.

    The new kind knows the variables of one training alone; the old kind takes any.

    Args:
        model: ``tf_keras.Model``.
        optimizers: ``tf_keras.optimizers``.
        uses: Where the uses are recorded.
    """
    original = model.compile
    owners: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
    replaced: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    @wraps(original)
    def compile_(self: Any, optimizer: Any = "rmsprop", *args: Any, **named: Any) -> Any:
        if not isinstance(optimizer, optimizers.Optimizer) or not _is_of_keras(optimizer):
            return original(self, optimizer, *args, **named)
        first = owners.setdefault(optimizer, ref(self))()
        if first is None or (first is self and not _has_other_variables(optimizer, self)):
            return original(self, replaced.get(optimizer, optimizer), *args, **named)
        if optimizer not in replaced:
            replaced[optimizer] = _of_old_kind(optimizer, optimizers.legacy)
            steps = int(optimizer.iterations)
            if steps:
                uses.warn(
                    f"continues with an optimiser that has made {steps:,} steps on other variables"
                    ": its state starts fresh",
                    changes_numbers=True,
                )
            elif first is not self:
                first.optimizer = replaced[optimizer]
            uses.tell("one optimiser for several networks", "an optimiser for each")
        return original(self, replaced[optimizer], *args, **named)

    model.compile = compile_


def _is_of_keras(optimizer: object) -> bool:
    return type(optimizer).__name__ in NAMES


def _has_other_variables(optimizer: object, model: Any) -> bool:
    """Whether an optimiser that was used before does not know all variables of a network."""
    known = getattr(optimizer, "_index_dict", None)
    return known is not None and len(model.trainable_variables) > len(known)


def _of_old_kind(optimizer: Any, legacy: object) -> object:
    """The same optimiser of the kind that takes any variables."""
    cls = getattr(legacy, type(optimizer).__name__)
    taken = {*inspect.signature(cls.__init__).parameters, "clipnorm", "clipvalue"}
    config = optimizer.get_config()
    given = {name: value for name, value in config.items() if name in taken and value is not None}
    return cls.from_config(given)
