"""Optimisers as Keras 1 and 2 called them: ``Adam(lr=…, decay=…)``, ``keras.optimizers.adam``."""

from typing import Any

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
