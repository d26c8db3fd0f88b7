"""Defaults of Keras that changed: reported where a script relies on them, or put back."""

from functools import wraps
from typing import Any

from seedbed.doctor.keras3.changed_defaults import LAYERS, OPTIMISERS, ChangedDefault
from seedbed.runs.script.put_back.uses import OldUses


def watch_defaults(keras: Any, version: int, as_of: int, uses: OldUses) -> None:
    """Say which defaults changed, or apply those of a year.

    Args:
        keras: The Keras that the script runs on.
        version: 2 or 3.
        as_of: Year whose defaults are wanted; 0 for today's.
        uses: Where it is said.
    """
    for one in OPTIMISERS:
        _watch(getattr(keras.optimizers, one.name), one, as_of, uses)
        if version == 2:
            _watch(getattr(keras.optimizers.legacy, one.name), one, as_of, uses)
    if version == 2:
        for one in LAYERS:
            _watch(getattr(keras.layers, one.name), one, as_of, uses)


def _watch(cls: Any, one: ChangedDefault, as_of: int, uses: OldUses) -> None:
    original = cls.__init__
    spellings = {one.argument, *({"lr"} if one.argument == "learning_rate" else ())}

    @wraps(original)
    def init(self: Any, *args: Any, **named: Any) -> None:
        if len(args) <= one.place and not spellings & named.keys():
            if 0 < as_of <= one.last_year:
                named[one.argument] = one.before
                uses.warn(
                    f"takes {one.name}'s {one.argument} of {as_of}, {one.before!r} "
                    f"(today: {one.now!r})",
                    changes_numbers=True,
                )
            elif not as_of:
                uses.warn(
                    f"leaves {one.name}'s {one.argument} at today's default, {one.now!r}; until "
                    f"{one.last_year} it was {one.before!r} (--as-of {one.last_year} takes that)",
                    changes_numbers=True,
                )
        original(self, *args, **named)

    cls.__init__ = init
