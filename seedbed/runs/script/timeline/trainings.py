"""The trainings of a script: fits that go on with one network, and what scored it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from seedbed.runs.script.hooks.calls.fit_settings import OF_CALLBACK, OF_OPTIMIZER
from seedbed.runs.script.hooks.record.observations import (
    Evaluation,
    Fit,
    LibraryScore,
    Prediction,
    Search,
)

OF_AUGMENTATION = ("augmentation", "data")
"""Settings that differ where augmentation does."""
SAME_SIZE = 0.02
"""Share by which the numbers of examples of two folds may differ."""


@dataclass
class Scored:
    """What scored a network, in the order of the script; all of it, or of one training."""

    evaluations: list[tuple[int, Evaluation]] = field(default_factory=list)
    predictions: list[Prediction] = field(default_factory=list)
    accuracies: list[tuple[int, float, str]] = field(default_factory=list)
    fits: list[tuple[int, Fit]] = field(default_factory=list)
    said: Mapping[str, list[float]] = field(default_factory=dict)
    library_scores: list[LibraryScore] = field(default_factory=list)
    searches: list[Search] = field(default_factory=list)


@dataclass
class Training:
    """Fits of one network, each going on with what the one before left.

    Attributes:
        fits: Their numbers, from 1.
        settings: Those of its first fit, with the epochs and steps of all.
        scored: What scored the network afterwards.
    """

    fits: list[int]
    settings: dict[str, object]
    scored: Scored = field(default_factory=Scored)


def trainings_of(fits: Sequence[Fit]) -> list[Training]:
    """Put fits together that go on with one network's weights.

    Args:
        fits: Every fit, in order.
    """
    found: list[Training] = []
    of_fit: dict[int, Training] = {}
    for number, fit in enumerate(fits, 1):
        joined = None
        if fit.start.kind in ("continued", "other"):
            before = [n for n in of_fit if fits[n - 1].network == fit.network]
            earlier = fit.start.fit if fit.start.kind == "continued" else max(before, default=0)
            joined = of_fit.get(earlier)
        if joined is None:
            joined = Training([], dict(fit.settings))
            found.append(joined)
        else:
            joined.settings["epochs"] = _sum(joined.settings, fit.settings, "epochs")
        joined.fits.append(number)
        of_fit[number] = joined
    return found


def _sum(one: Mapping[str, object], two: Mapping[str, object], key: str) -> object:
    a, b = one.get(key), two.get(key)
    return a + b if isinstance(a, int | float) and isinstance(b, int | float) else a


def differing(settings: Sequence[Mapping[str, object]]) -> list[str]:
    """Names of the settings that are not the same in all, the most telling first."""
    names = dict.fromkeys(name for one in settings for name in one)
    found = [name for name in names if not _alike(name, [one.get(name) for one in settings])]
    if "augmentation" in found:  # a generator has another type than an array, and no shuffling
        found = ["augmentation", *(name for name in found if name not in OF_AUGMENTATION)]
    for whole, part in (("optimizer", OF_OPTIMIZER), ("callbacks", OF_CALLBACK)):
        if whole in found:  # another optimiser takes other arguments
            found = [name for name in found if not name.startswith(part)]
    return found


def _alike(name: str, values: Sequence[object]) -> bool:
    if name == "examples":
        sizes = [value for value in values if isinstance(value, int)]
        return not sizes or (max(sizes) - min(sizes)) <= max(1, SAME_SIZE * max(sizes))
    return all(value == values[0] for value in values)
