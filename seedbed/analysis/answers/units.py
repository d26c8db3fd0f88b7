"""How scores are written: accuracies in percent, their differences in points."""

from dataclasses import dataclass
from math import inf, isinf

import numpy.typing as npt

from seedbed.analysis.answers.answer import number
from seedbed.analysis.statistics.checks import Floats, accuracy_scale
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.system.errors import InputError

CLEAR = 0.1
"""A margin without a unit is taken for points from this number on, below it for a fraction."""


@dataclass(frozen=True)
class Unit:
    """How a score and a difference of two scores are written.

    Attributes:
        scale: What turns a score into percent; 1 if scores are not accuracies.
        is_accuracy: Whether scores are accuracies, or shares of another kind.
        lower_is_better: Whether a lower score is a better one, as of a loss.
        least: The least score that there can be, of scores that are not accuracies.
        most: The largest.
    """

    scale: float = 1.0
    is_accuracy: bool = False
    lower_is_better: bool = False
    least: float = -inf
    most: float = inf

    @property
    def limits(self) -> tuple[float, float]:
        """The least and the largest score that there can be; an interval ends there."""
        return (0.0, 100.0 / self.scale) if self.is_accuracy else (self.least, self.most)

    @property
    def measure(self) -> str:
        """What a picture calls the scores."""
        if not self.is_accuracy:
            return "score"
        return "error rate" if self.lower_is_better else "accuracy"

    @property
    def perfect(self) -> float | None:
        """The largest score that there can be; None if scores have no limit."""
        return 100.0 / self.scale if self.is_accuracy else None

    def level(self, value: float) -> str:
        """A score: ``75.94 %``."""
        return f"{self.number(value)} %" if self.is_accuracy else number(value)

    def mean(self, value: float) -> str:
        """A score beside its sd, with the zeros at its end: ``91.40 %``."""
        if not self.is_accuracy:
            return number(value)
        text = f"{self.scale * value:#.4g}".removesuffix(".")
        return f"{self.number(value) if 'e' in text else text} %"

    def difference(self, value: float) -> str:
        """A difference of two scores, or an sd: ``0.42 points``."""
        text = self.number(value)
        if not self.is_accuracy:
            return text
        return f"{text} point" if text == "1" else f"{text} points"

    def signed(self, value: float) -> str:
        """A difference with its sign: ``+0.42 points``."""
        return f"{'+' if value > 0 else ''}{self.difference(value)}"

    def number(self, value: float) -> str:
        """A score or a difference without its unit."""
        return number(self.scale * value)

    def interval(self, estimate: Estimate, *, sign: int = 1) -> str:
        """An interval: ``95 % interval 74.9 to 76.97``.

        Args:
            estimate: What has the interval.
            sign: −1 for the interval of the difference the other way round.
        """
        if estimate.low is None or estimate.high is None:
            return "no interval"
        low, high = sorted((sign * estimate.low, sign * estimate.high))
        level = f"{100 * estimate.level:.4g} % interval"
        if isinf(low) and isinf(high):
            return f"{level} without limits"
        if isinf(low) or isinf(high):
            limit = f"up to {self.number(high)}" if isinf(low) else f"from {self.number(low)}"
            return f"{level} {limit}"
        return f"{level} {self.number(low)} to {self.number(high)}"


FRACTION = Unit(100.0, True)
"""Accuracies and other shares from 0 to 1."""
PERCENT = Unit(1.0, True)
"""Accuracies in percent."""
PLAIN = Unit()
"""Scores that are not accuracies, such as a loss."""


def named_score(unit: Unit, score: float, name: str | None) -> str:
    """A score and the run that has it: ``66.69 (seed=2)``."""
    return f"{unit.level(score)} ({name})" if name else unit.level(score)


def unit_of(accuracies: npt.ArrayLike, name: str = "accuracies") -> Unit:
    """The unit in which accuracies were given.

    Args:
        accuracies: ``[run]``, all percent or all fractions.
        name: What the message calls them.

    Raises:
        InputError: Outside 0 to 100, or percent beside fractions.
    """
    return PERCENT if accuracy_scale(accuracies, name) == "percent" else FRACTION


def unit_of_numbers(scores: Floats) -> Unit:
    """The unit of scores of which nothing is known but the numbers.

    Args:
        scores: ``[run]``, at least one.
    """
    return unit_of(scores) if scores.min() >= 0 and scores.max() <= 100 else PLAIN


def margin_in(unit: Unit, given: float | str | None, option: str = "--margin") -> float | None:
    """A margin, or another difference, in the unit of the scores.

    Args:
        unit: How scores are written.
        given: A number in the unit of the scores, or points, such as ``0.5points``.
        option: The option that it was given by.

    Raises:
        InputError: Not a number, or one that may be points as well as a fraction.
    """
    if given is None:
        return None
    text = str(given).strip()
    bare = without_points(text)
    try:
        value = float(bare)
    except ValueError:
        name = "the margin" if option == "--margin" else option
        raise InputError(f"{name} must be a number above 0, got {text!r}") from None
    if bare != text:
        if not unit.is_accuracy:
            raise InputError(
                f"these scores are not accuracies: write {option} {bare}, in their unit"
            )
        return value / unit.scale
    if unit.is_accuracy and value > 0:
        _check_clear(value, "fractions" if unit.scale > 1 else "percent", option)
    return value


def without_points(text: str) -> str:
    """What stands before ``points`` in a text such as ``0.5points``; the whole text without."""
    return text.removesuffix("s").removesuffix("point").strip()


def _check_clear(value: float, scores: str, option: str) -> None:
    """Refuse points beside fractions, and what looks like a fraction beside percent."""
    if (value < CLEAR) == (scores == "fractions"):
        return
    raise InputError(
        f"{option} {value:g} has no unit, and these scores are {scores}: write {value:g}points, or "
        f"{100 * value:g}points where {value:g} is a fraction"
    )
