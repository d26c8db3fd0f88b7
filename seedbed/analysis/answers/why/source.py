"""One source of a script, and what is known of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.variance.sources import SourceShare
from seedbed.tracking.random_records import DrawnBySource, RandomDraws, SeedPin

CLOSE = 0.1
"""A share is known when its interval reaches no further than this to either side."""

_WORDS = {
    "init": "the first weights",
    "order": "the order of the examples",
    "dropout": "dropout",
    "augmentation": "augmentation",
    "split": "the split",
    "hash": "the hash seed of Python",
    "files": "the order of files",
    "clock": "the clock",
    "environment": "threads, determinism and oneDNN",
    "numeric": "what no seed sets (threads, operations)",
    "torch": "what PyTorch draws by itself",
    "other": "draws that no line of the script asks for",
}
_PLURAL = frozenset({"init", "environment", "other"})
_STATE = "random_state=7"
_TORCH = "torch.manual_seed(7)"
_GLOBAL = (".seed(7)", "set_seed(7)", "set_random_seed(7)", _TORCH)
"""How calls end that seed a library's own generator."""
_BY_ONE_SEED = {
    *("keras.utils.set_random_seed(7)", "tf.random.set_seed(7)", "random_state=7"),
    *("np.random.seed(7)", "random.seed(7)"),
}
"""What ``keras.utils.set_random_seed`` does too, before anything is drawn."""
_BY_A_LIBRARY = {
    "np.random.seed": {"np.random.seed(7)", "random_state=7"},
    "random.seed": {"random.seed(7)"},
    "torch.manual_seed": {_TORCH},
}
"""What a library's own seed does, for a script that draws from that library alone."""
_BY_HAND = ("np.random.seed", "random.seed")
"""What seeds an order that a generator's own code draws, batch by batch, while ``fit`` runs."""
_CALL = r"(?<![\w.])(?:\w+\.)+\w+(?=\()"
"""A function of a library that is called."""
_UNKNOWN: DrawnBySource = {"draws": 0, "pinned_draws": 0, "lines": [], "pins": []}
_PIN = {
    "init": "keras.utils.set_random_seed(7) before the model is built",
    "order": "keras.utils.set_random_seed(7) before {line}",
    "dropout": "seed=7 in each of these layers, or keras.utils.set_random_seed(7) before the model "
    "is built",
    "augmentation": "seed=7 in each random layer or flow(…)",
    "split": "random_state=7, or np.random.seed(7) before it",
    "hash": "sorted(…) around the set, or PYTHONHASHSEED=0 before Python starts",
    "files": "sorted(…) around the listing",
    "clock": "a number in place of the time",
    "torch": "torch.manual_seed(7) after the imports",
    "environment": "one number of threads, TF_ENABLE_ONEDNN_OPTS=0 before Python starts, and "
    "tf.config.experimental.enable_op_determinism()",
    "numeric": "no seed does: see where two equal runs diverge; numeric: fixed in a sweep",
}


@dataclass(frozen=True)
class WhySource:
    """One source of a script.

    Attributes:
        source: Its name, such as ``init`` or ``line 14``.
        share: Share of the variation that is left if it alone varies; None where unknown.
        removed: Share that is gone if it alone is pinned; None where unknown.
        sd: Standard deviation of the number that it makes alone; None where unknown.
        resolved: Whether the share is known to ``CLOSE``.
        lines: Lines of the script that draw.
        pin: What to write to pin it.
        pinned_by: The script's own seed that pins it, such as ``np.random.seed (line 3)``.
    """

    source: str
    share: Estimate | None
    removed: Estimate | None
    sd: float | None
    resolved: bool
    lines: tuple[str, ...]
    pin: str
    pinned_by: str | None = None

    @property
    def words(self) -> str:
        """The source in words, such as ``the first weights`` or ``what line 14 draws``."""
        return source_words(self.source)

    @property
    def plural(self) -> bool:
        """Whether its words take a verb in the plural."""
        return is_plural(self.source)

    @property
    def width(self) -> float:
        """How wide the interval of its share is; 1 where there is none."""
        if self.share is None or self.share.low is None or self.share.high is None:
            return 1.0
        return self.share.high - self.share.low


def is_plural(source: str) -> bool:
    """Whether the words of a source take a verb in the plural."""
    return source in _PLURAL


def source_words(source: str) -> str:
    """A source, or several joined by ``+``, in words."""
    names = (_WORDS.get(one, f"what {one} draws") for one in source.split("+"))
    return " with ".join(names)


def free_sources(streams: RandomDraws) -> list[str]:
    """Sources that drew random numbers which no seed of the script pins."""
    return [name for name, found in streams["sources"].items() if found["draws"]]


def varying_source(share: SourceShare, streams: RandomDraws, sd: float | None) -> WhySource:
    """What is known of a source that varies.

    Args:
        share: Its share of the variation.
        streams: What drew random numbers.
        sd: Standard deviation of the number that it makes alone; None where unknown.
    """
    left = share.left
    known = left is not None and left.low is not None and left.high is not None
    close = known and left is not None and (left.high or 0) - (left.low or 0) <= 2 * CLOSE
    drawn = streams["sources"].get(share.source)
    own = drawn.get("pin") if drawn else None
    pin = own or respelled(
        _how_to_pin(share.source, drawn or _UNKNOWN), (drawn or _UNKNOWN).get("calls", {})
    )
    return WhySource(
        source=share.source,
        share=left,
        removed=share.removed,
        sd=sd,
        resolved=bool(close),
        lines=tuple(drawn.get("lines", ())) if drawn else (),
        pin=pin,
    )


def _how_to_pin(source: str, drawn: DrawnBySource) -> str:
    """The line to write; of Keras' own draws the one that its documentation names.

    Args:
        source: Its name.
        drawn: What it drew in the first runs.
    """
    generators, lines = drawn.get("to_pin", ()), drawn["lines"]
    words = _PIN.get(source)
    at_fit = not lines or any(one.startswith(_BY_HAND) for one in generators)
    words = words and words.format(line="fit" if at_fit else lines[0])
    if words is None or source == "split":
        again = drawn["draws"] > len(lines) > 0  # a seed right before it would repeat its numbers
        when = "once, before it first runs" if again else "before it"
        place = f" of what {source} trains" if source != "split" else ""
        place = f" in {lines[0]}" if source == "split" and lines else place
        before = [
            f"{one} {when}" if one.endswith(_GLOBAL) else f"{one}{place * (one == _STATE)}"
            for one in generators
        ]
        return " and ".join(before) or words or f"a seed for the generator in {source}"
    own = [one for one in generators if not one.endswith(_GLOBAL)]
    if not generators or len(own) < len(generators):
        own = [_torch_before(lines) if _TORCH in generators else words, *own]
    return " and ".join(own)


def _torch_before(lines: Sequence[str]) -> str:
    """PyTorch's seed with its place: the first line that draws, else the end of the imports."""
    return f"{_TORCH} before {lines[0]}" if lines else f"{_TORCH} after the imports"


def respelled(advice: str, calls: Mapping[str, str]) -> str:
    """What to write, with functions called by the names that the script imports.

    Args:
        advice: Such as ``keras.utils.set_random_seed(7) before the model is built``.
        calls: Function → how the script calls it.
    """
    return re.sub(_CALL, lambda found: calls.get(found.group(), found.group()), advice)


def _pin_words(pin: SeedPin) -> str:
    """``np.random.seed(7), line 3``, or ``random_state=42, line 5`` of an argument."""
    call, value = pin["call"], pin["value"]
    return f"{f'{call}{value}' if call.endswith('=') else f'{call}({value})'}, {pin['line']}"


def seed_of_all(varying: Sequence[WhySource], streams: RandomDraws) -> str | None:
    """The call that pins every source that varies; None if there is none, or only one source."""
    names = sorted({name for one in varying for name in one.source.split("+")})
    drawn = [streams["sources"].get(name, _UNKNOWN) for name in names]
    made = [set(one.get("to_pin", ())) for one in drawn]
    every = set[str]().union(*made)
    if len(names) < 2 or not all(made) or "seed_all" not in streams:
        return None
    for function, pinned in _BY_A_LIBRARY.items():
        calls = drawn[0].get("calls", {})
        if every <= pinned and function in calls:
            return f"{calls[function]}(7)"
    return streams["seed_all"] if every <= _BY_ONE_SEED else None


def pinned_sources(streams: RandomDraws) -> list[WhySource]:
    """Sources that the script pins itself, with its seed and line."""
    return [
        WhySource(
            name,
            None,
            None,
            None,
            resolved=True,
            lines=tuple(found["lines"]),
            pin="",
            pinned_by=_pin_words(found["pins"][0]),
        )
        for name, found in streams["sources"].items()
        if not found["draws"] and found["pins"]
    ]
