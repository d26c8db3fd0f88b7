"""Every generator seeded anew for each run, and the script's own seeds made to follow.

A seed that the script sets becomes ``mixed(sweep's seed, its own seed)``: it differs from run to
run, stays the same where the script sets the same number twice, and differs where it sets two
numbers. So the script's own arrangement is kept, and what it pinned is varied.
"""

import os
import pickle
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from seedbed.runs.script.hooks.record.seed_calls import MOST_SEEDS, NUMPY, PYTHON
from seedbed.tracking.schema import NO_SEED

MOST_FOLLOWED = 3
EVERY_GENERATOR = "keras.utils.set_random_seed"
PYTHON_DRAWS = (
    *("shuffle", "sample", "choice", "choices", "random", "randint", "randrange", "uniform"),
    *("gauss", "normalvariate", "triangular", "betavariate", "expovariate", "getrandbits"),
)
"""Functions by which a script draws from Python's generator."""
UNSEEDED = 0x5EED
"""Tells streams that the script leaves unseeded from those that it seeds."""


def mixed(seed: int, given: int) -> int:
    """A 32-bit seed from the run's and the script's own (NumPy's ``SeedSequence``)."""
    return int(np.random.SeedSequence([seed, given % 2**64]).generate_state(1)[0])


def _seed_all_but_keras(seed: int) -> None:
    """Keras 2 draws its own seeds from Python's generator, unless a script seeds it otherwise."""
    import tensorflow as tf

    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    tf.random.set_seed(seed)
    if not tf.executing_eagerly():  # a graph has a seed of its own
        tf.compat.v1.set_random_seed(seed)


def _numpy_state() -> bytes:
    """Where NumPy's global generator stands."""
    return pickle.dumps(np.random.get_state(legacy=False))  # noqa: NPY002


@dataclass
class SeedPatches:
    """What was done to the generators of this process.

    Attributes:
        seed: The run's seed.
        keep: Whether the script's own seeds stay as they are.
        folder: The script's copy; who asks for a generator from here is the script itself.
        set_at: What the script called to set a seed → how often.
        unseeded: How many generators it made without a seed.
        on_seed: Told each seed that the script sets: what it called, and the seed.
        pins: Each call that seeds, with its line and value.
        place: Says which line of the script runs now.
    """

    seed: int
    keep: bool
    folder: Path
    set_at: dict[str, int] = field(default_factory=dict)
    unseeded: int = 0
    on_seed: Callable[[str, object], None] = lambda *_: None
    pins: list[dict[str, str]] = field(default_factory=list)
    place: Callable[[], str] = str
    _inside: bool = False
    _generators_follow: bool = False
    _script_draws: bool = False
    _numpy_as_seeded: bytes = b""

    def begin(self) -> None:
        """Seed everything, then put the followers in the place of the script's own calls.

        To be called once ``keras`` is the Keras that the script runs on, and again where the
        script is tried on another one.
        """
        self.set_at.clear()
        self.unseeded = 0
        self.pins.clear()
        self.seed_all()
        if (torch := sys.modules.get("torch")) is not None:
            self._wrap("torch.manual_seed", torch, "manual_seed")
        self._follow()

    def seed_all(self) -> None:
        """Seed every generator of this process from the run's seed, each time alike."""
        import keras

        seed = mixed(self.seed, UNSEEDED)
        self._inside = True
        try:
            if keras.__version__.startswith("3"):
                keras.utils.set_random_seed(seed)
            else:
                _seed_all_but_keras(seed)
            if (torch := sys.modules.get("torch")) is not None:
                torch.manual_seed(seed)
        finally:
            self._inside = False

    def followed(self) -> list[str]:
        """Seeds that the script sets, that follow the run's and that may have drawn its rows."""
        if self.keep:
            return []
        told = [
            f"{pin['call']}({pin['value']}) in {pin['line']}"
            for pin in self.pins
            if pin["value"] != NO_SEED and self._may_draw_rows(pin["call"])
        ]
        return list(dict.fromkeys(told))[:MOST_FOLLOWED]

    def _may_draw_rows(self, call: str) -> bool:
        """Whether what a call seeds was drawn from, as far as that shows."""
        if call == EVERY_GENERATOR or (call.startswith("np.random.") and call not in NUMPY):
            return True
        if call in NUMPY:
            return _numpy_state() != self._numpy_as_seeded
        return call in PYTHON and self._script_draws

    def _follow(self) -> None:
        import keras
        import tensorflow as tf

        self._wrap("random.seed", random, "seed")
        for name in PYTHON_DRAWS:
            self._watch_draw(name)
        self._wrap("np.random.seed", np.random, "seed")
        for name, owner, attribute in (
            ("tf.random.set_seed", tf.random, "set_seed"),
            ("tf.random.set_seed", tf.compat.v2.random, "set_seed"),
            ("tf.set_random_seed", tf.compat.v1, "set_random_seed"),
            ("tf.set_random_seed", tf.compat.v1.random, "set_random_seed"),
            ("tf.set_random_seed", tf, "set_random_seed"),
            ("keras.utils.set_random_seed", keras.utils, "set_random_seed"),
            ("keras.utils.set_random_seed", tf.keras.utils, "set_random_seed"),
        ):
            if hasattr(owner, attribute):
                self._wrap(name, owner, attribute)
        if not self._generators_follow:
            self._generators_follow = True
            self._generators()

    def _wrap(self, name: str, owner: object, attribute: str) -> None:
        original: Callable[..., Any] = getattr(owner, attribute)
        if getattr(original, "follows", False):
            return

        def seed_of_script(*arguments: object, **named: object) -> object:
            if self._inside:  # set_random_seed calls the others itself
                return original(*arguments, **named)
            self._inside = True
            try:
                return original(*self._changed(name, arguments, named))
            finally:
                self._inside = False
                if name in NUMPY:
                    self._numpy_as_seeded = _numpy_state()

        seed_of_script.follows = True  # type: ignore[attr-defined]
        seed_of_script.__name__, seed_of_script.__doc__ = attribute, original.__doc__
        setattr(owner, attribute, seed_of_script)

    def _watch_draw(self, name: str) -> None:
        """Note whether the script itself draws by a function of Python's ``random``."""
        original: Callable[..., Any] = getattr(random, name)
        if getattr(original, "follows", False):
            return

        @wraps(original)
        def draw(*arguments: Any, **named: Any) -> Any:
            if self._is_script(sys._getframe(1)):
                self._script_draws = True
                setattr(random, name, original)  # once is enough
            return original(*arguments, **named)

        draw.follows = True  # type: ignore[attr-defined]
        setattr(random, name, draw)

    def _is_script(self, frame: FrameType) -> bool:
        return frame.f_code.co_filename.startswith(f"{self.folder}{os.sep}")

    def _changed(
        self, name: str, arguments: tuple[object, ...], named: dict[str, object]
    ) -> tuple[object, ...]:
        """The arguments of a seeding call, with the seed that is to be used."""
        given = arguments[0] if arguments else next(iter(named.values()), None)
        rest = arguments[1:]
        self._note(name, given)
        if given is None:  # the system's own entropy: followed even where seeds are kept
            self.unseeded += 1
            return (mixed(self.seed, UNSEEDED + self.unseeded), *rest)
        self.set_at[name] = self.set_at.get(name, 0) + 1
        self.on_seed(name, given)
        if self.keep:
            return (given, *rest)
        return (self._from(given), *rest)

    def _note(self, call: str, given: object) -> None:
        if len(self.pins) < MOST_SEEDS and (line := self.place()):
            value = NO_SEED if given is None else repr(given)[:100]
            self.pins.append({"call": call, "line": line, "value": value})

    def _from(self, given: object) -> object:
        """The seed that stands for one of the script's: a number or a sequence of them."""
        if isinstance(given, int | np.integer):
            return mixed(self.seed, int(given))
        if isinstance(given, list | tuple | np.ndarray):
            return [self.seed, *(int(part) for part in np.asarray(given).ravel())]
        if isinstance(given, str | bytes | float):  # Python's random takes these
            return f"{self.seed} {given!r}"
        return given

    def _generators(self) -> None:
        """Generators of their own: ``default_rng`` and ``RandomState``, with and without a seed.

        With a seed, only those that the script itself makes follow. A library that makes one from
        an argument such as ``random_state=42`` was told so for a reason: mostly the test set.
        """
        make = np.random.default_rng
        state = np.random.RandomState

        def default_rng(seed: Any = None) -> Any:
            return make(self._generator_seed("np.random.default_rng", seed))

        class Kind(type):
            def __instancecheck__(cls, instance: object) -> bool:
                return isinstance(instance, state)

        seeding = self

        class RandomState(metaclass=Kind):
            __doc__ = state.__doc__

            def __new__(cls, seed: Any = None) -> Any:
                return state(seeding._generator_seed("np.random.RandomState", seed))

        np.random.default_rng = default_rng
        np.random.RandomState = RandomState  # type: ignore[misc]

    def _generator_seed(self, name: str, given: Any) -> Any:
        if given is None:
            self._note(name, given)
            self.unseeded += 1
            return mixed(self.seed, UNSEEDED + self.unseeded)
        if not self._is_script(sys._getframe(2)) or not isinstance(
            given, int | np.integer | list | tuple
        ):
            return given
        self.set_at[name] = self.set_at.get(name, 0) + 1
        self._note(name, given)
        return given if self.keep else self._from(given)
