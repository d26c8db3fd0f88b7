"""One stream of random numbers for each source of a script, so that one can be changed alone.

Every draw from the generators of Python, NumPy and TensorFlow is attributed to a source by who asks
for it: an initialiser (``init``), the order of the examples (``order``), dropout and other noise
layers (``dropout``), random changes to images (``augmentation``), a splitter (``split``), or a line
of the script itself (``line 14``). Each source draws from generators of its own, seeded from the
seed of that source, so that changing one seed leaves every other draw as it was.

What the script seeds itself is pinned: after ``np.random.seed(7)`` NumPy's draws follow from 7 in
every run, source by source, unless pinned seeds are to vary as well.
"""

import random
import threading
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from seedbed.runs.script.randomness.draw_sources import IMPORTS, Place, place_of_draw

Library = Literal["python", "numpy", "tensorflow", "torch", "system"]
LIBRARIES: tuple[Library, ...] = ("python", "numpy", "tensorflow")
TORCH = "torch"
"""The source of what PyTorch draws where no Python asks for it."""
PIN_OF: Mapping[Library, str] = {
    "python": "random.seed(7)",
    "numpy": "np.random.seed(7)",
    "tensorflow": "tf.random.set_seed(7)",
    "torch": "torch.manual_seed(7)",
}
"""What to write to fix what a library draws from its own generator."""
PINNED = 0x9127
"""Tells the streams of pinned seeds from all others."""
LARGEST = 2**31 - 1
MOST_PINS = 20
"""Seeds of a source that are noted; a forest gives one to each of its trees."""
EPOCH_S, SPAN_S = 1.6e9, 1e8
"""Times of day that a run may get: from September 2020 on, for three years."""


@dataclass(frozen=True)
class Pin:
    """A seed that the script sets.

    Attributes:
        call: What it called, such as ``np.random.seed``.
        line: Where, such as ``line 3``.
        value: The seed, as text.
    """

    call: str
    line: str
    value: str


@dataclass
class Draws:
    """What one source drew.

    Attributes:
        free: Draws that follow from the source's seed.
        pinned: Draws that follow from a seed that the script sets.
        lines: Lines of the script that asked for them, in order.
        pins: Seeds of the script that fixed them.
        to_pin: What to write to fix those that are free, such as ``np.random.seed(7)``.
    """

    free: int = 0
    pinned: int = 0
    lines: list[str] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)
    to_pin: list[str] = field(default_factory=list)


class RandomStreams:
    """The generators of this process, by library and source.

    Args:
        seeds: Source → its seed.
        default: Seed of sources that are not named.
        folder: The script's copy; draws are attributed to its lines.
        line_of: Row of the executed text → the line as the user knows it, such as ``line 3``.
        has_fitted: Whether a model was trained already: permutations before are splits, later ones
            the order of the examples.
        vary_pinned: Whether seeds that the script sets vary as well.
    """

    def __init__(
        self,
        seeds: Mapping[str, int],
        default: int,
        folder: Path,
        *,
        line_of: Callable[[str, int], str],
        has_fitted: Callable[[], bool],
        vary_pinned: bool = False,
    ) -> None:
        self.draws: dict[str, Draws] = {}
        self.pins: list[Pin] = []
        self.on_seed: Callable[[str, object], None] = lambda *_: None
        self.threads: dict[str, None] = {}
        self.asks_system = True
        """Whether what asks the system for entropy is a draw; not where a seed replaces it."""
        self._seeds = dict(seeds)
        self._default = default
        self._folder = str(folder)
        self._line_of = line_of
        self._has_fitted = has_fitted
        self._vary_pinned = vary_pinned
        self._pinned: dict[Library, tuple[int, Pin]] = {}
        self._generators: dict[tuple[Library, str], Any] = {}

    def python(self, function: str) -> random.Random:
        """Python's generator of the source that asks now, through ``function``."""
        found: random.Random = self._generator("python", function)
        return found

    def numpy(self, function: str) -> np.random.RandomState:
        """NumPy's generator of the source that asks now, through ``function``."""
        found: np.random.RandomState = self._generator("numpy", function)
        return found

    def tensorflow(self) -> tuple[int, int]:
        """Two seeds for an operation of the source that asks now."""
        generator: np.random.RandomState = self._generator("tensorflow", "")
        first, second = generator.randint(1, LARGEST, size=2)
        return int(first), int(second)

    def torch(self, function: str, source: str = "") -> Any:
        """PyTorch's generator of the source that asks now; or of one that is known."""
        place = self._place_of(function)
        return self._generator_at("torch", replace(place, source=source or place.source))

    def system(self, call: str, to_pin: str = "") -> np.random.RandomState:
        """The generator in the place of the system's entropy, which no seed of the script pins."""
        found: np.random.RandomState = self._generator("system", call, to_pin)
        return found

    def torch_seed(self) -> int:
        """The seed of what PyTorch draws where no Python asks, such as within an LSTM."""
        return int(self._words("torch", TORCH)[0])

    def seed_of_rest(self) -> int:
        """A seed for what holds NumPy's own generator and is not reached."""
        return int(self._words("numpy", "rest")[0])

    def note_torch(self) -> None:
        """Note that PyTorch drew where no Python asks."""
        self._note("torch", Place(TORCH, "", direct=False))

    def generator_seed(self, call: str, given: Any = None) -> Any:
        """The seed of a generator of its own, such as ``np.random.default_rng``.

        Args:
            call: What makes the generator.
            given: The seed that it is given; None if it has none.
        """
        if isinstance(given, int | np.integer) and self.is_script():
            return self.given_seed(call, int(given))
        if given is not None:
            return given
        return int(self.system(call, f"{call}(7)").randint(1, LARGEST))

    def clock(self) -> float:
        """A time of day in seconds, for a line that makes a seed of it."""
        generator: np.random.RandomState = self._generator_at("system", self._place("clock"))
        return float(EPOCH_S + generator.uniform(0, SPAN_S))

    def file_order(self, names: Sequence[str]) -> np.ndarray:
        """The order of a folder's files: the same whenever this run lists the same names.

        Args:
            names: The names.

        Returns:
            ``[name]`` the places of the names once they are sorted.
        """
        self._note("system", self._place("files"))
        entropy = [*self._entropy("system", "files"), zlib.crc32("/".join(sorted(names)).encode())]
        return _STATE(np.random.MT19937(np.random.SeedSequence(entropy))).permutation(len(names))

    def given_seed(self, call: str, given: int, source: str = "") -> int:
        """The seed in the place of one that the script gives as an argument: ``random_state=42``.

        It is the given one unless pinned seeds vary; then it is the same for the same source and
        number, because two splits with one seed belong together.

        Args:
            call: What takes it.
            given: The seed.
            source: The source that it seeds; empty for the one of the code that asks.
        """
        place = self._place(source) if source else self._place_of(call)
        if not place.line:
            return given
        found = self.draws.setdefault(place.source, Draws())
        if place.line not in found.lines:
            found.lines.append(place.line)
        if self._vary_pinned:
            found.free += 1
            entropy = [*self._entropy("numpy", place.source), given % 2**64]
            return int(np.random.SeedSequence(entropy).generate_state(1)[0])
        found.pinned += 1
        pin = Pin(call, place.line, repr(given))
        if pin not in found.pins and len(found.pins) < MOST_PINS:
            found.pins.append(pin)
        return given

    def note_outside(self, source: str, lines: Sequence[str], pin: Pin | None = None) -> None:
        """Note a source that is set before the script begins: ``hash`` or ``environment``.

        Args:
            source: The source.
            lines: Lines of the script that depend on it.
            pin: What the user set it to; None if it varies.
        """
        free = pin is None
        self.draws[source] = Draws(free, not free, list(lines), [] if pin is None else [pin])

    def pin(self, call: str, value: object, libraries: tuple[Library, ...]) -> int | None:
        """Note that the script seeds these libraries.

        Returns:
            A whole number that stands for the seed; None where the script asks for entropy, which
            stays with the sources' own seeds.
        """
        place = self._place_of(call)
        for library in libraries:
            self._forget(library)
        if value is None:
            for library in libraries:
                self._pinned.pop(library, None)
            return None
        self.on_seed(call, value)
        made = Pin(call, place.line or "a library", repr(value)[:100])
        number = zlib.crc32(repr(value).encode())
        self.pins.append(made)
        for library in libraries:
            self._pinned[library] = (number, made)
        return number

    def is_script(self) -> bool:
        """Whether the call comes from the script itself, with no library between."""
        return self._place_of("").direct

    def asdict(self) -> dict[str, Any]:
        """What drew random numbers, what was pinned, and where; JSON."""
        return {
            "sources": {
                name: {
                    "draws": found.free,
                    "pinned_draws": found.pinned,
                    "lines": found.lines,
                    "pins": [vars(pin) for pin in found.pins],
                    "to_pin": found.to_pin,
                }
                for name, found in self.draws.items()
            },
            "pins": [vars(pin) for pin in self.pins],
            "threads": list(self.threads),
        }

    def _generator(self, library: Library, function: str, to_pin: str = "") -> Any:
        place = self._place_of(function)
        if place.sklearn:
            to_pin = "random_state=7"
        elif not to_pin and not place.direct and library in ("python", "tensorflow"):
            to_pin = "keras.utils.set_random_seed(7)"
        return self._generator_at(library, place, to_pin)

    def _place(self, source: str) -> Place:
        """The line that asks now, for a source that is known."""
        return replace(self._place_of(""), source=source)

    def _place_of(self, function: str) -> Place:
        """Who asks now, through ``function``."""
        return place_of_draw(self._folder, self._line_of, function, self._has_fitted())

    def _generator_at(self, library: Library, place: Place, to_pin: str = "") -> Any:
        if place.source != IMPORTS:
            self._note(library, place, to_pin or PIN_OF.get(library, ""))
        key = (library, place.source)
        if key not in self._generators:
            self._generators[key] = self._made(library, place.source)
        return self._generators[key]

    def _made(self, library: Library, source: str) -> Any:
        words = self._words(library, source)
        if library == "python":
            return _PYTHON(int.from_bytes(words.tobytes(), "little"))
        if library == "torch":
            import torch

            return torch.Generator().manual_seed(int(words[0]))
        return _STATE(np.random.MT19937(np.random.SeedSequence(self._entropy(library, source))))

    def _words(self, library: Library, source: str) -> Any:
        return np.random.SeedSequence(self._entropy(library, source)).generate_state(4)

    def _entropy(self, library: Library, source: str) -> list[int]:
        name = zlib.crc32(f"{library} {source}".encode())
        if source == IMPORTS:
            return [name]
        pinned = self._pinned.get(library)
        if pinned is not None and not self._vary_pinned:
            return [PINNED, pinned[0], name]
        seed = self._seeds.get(source, self._default)
        return [seed, name, *([pinned[0]] if pinned else [])]

    def _note(self, library: Library, place: Place, to_pin: str = "") -> None:
        found = self.draws.setdefault(place.source, Draws())
        if threading.current_thread() is not threading.main_thread():
            self.threads[place.source] = None
        pinned = None if self._vary_pinned else self._pinned.get(library)
        if pinned is None:
            found.free += 1
            if to_pin and to_pin not in found.to_pin:
                found.to_pin.append(to_pin)
        else:
            found.pinned += 1
            if pinned[1] not in found.pins:
                found.pins.append(pinned[1])
        if place.line and place.line not in found.lines:
            found.lines.append(place.line)

    def _forget(self, library: Library) -> None:
        for key in [key for key in self._generators if key[0] == library]:
            del self._generators[key]


_STATE, _PYTHON = np.random.RandomState, random.Random
"""NumPy's and Python's own classes, from before a script's calls to them are watched."""
