"""Values and ranges of options: a grid over them, and draws from them."""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from seedbed.runs.settings.options import OptionSpec
from seedbed.sweeps.spec.fields.configuration_fields import Range
from seedbed.sweeps.spec.fields.section import Scalar
from seedbed.system.errors import InputError

Spaces = Mapping[str, list[Scalar] | Range]
Configuration = dict[str, Any]
DIGITS = 4
"""Significant digits of drawn numbers: more would only make names long."""
PATIENCE = 1000
"""Draws in a row that are excluded or repeated before a draw is given up."""


def takes_whole_numbers(spec: OptionSpec) -> bool:
    """Whether the option's numbers are whole ones."""
    return "whole number" in spec.kind.split(" | ")


def takes_numbers(spec: OptionSpec) -> bool:
    """Whether the option can have a range."""
    return bool({"whole number", "number"} & set(spec.kind.split(" | ")))


def tidy(value: float, space: Range, whole: bool) -> int | float:
    """Round a drawn number: whole or with few digits, and inside its range."""
    if whole:
        return int(min(max(round(value), math.ceil(space.low)), math.floor(space.high)))
    return min(max(float(f"{value:.{DIGITS}g}"), space.low), space.high)


def grid(spaces: Spaces, whole: Mapping[str, bool]) -> Iterator[Configuration]:
    """Every combination of the values and of the ranges' points; the last option goes fastest."""
    axes = [_axis(space, whole[option]) for option, space in spaces.items()]
    for values in itertools.product(*axes):
        yield dict(zip(spaces, values, strict=True))


def _axis(space: list[Scalar] | Range, whole: bool) -> list[Scalar]:
    if isinstance(space, list):
        return space
    if space.points is None:
        raise InputError("A range must have points to be part of a grid: add points: 5, say.")
    spaced = np.geomspace if space.log else np.linspace
    points = spaced(space.low, space.high, space.points)
    return list(dict.fromkeys(tidy(float(point), space, whole) for point in points))


def draw(
    spaces: Spaces, whole: Mapping[str, bool], generator: np.random.Generator
) -> Configuration:
    """One configuration, each option independently and uniformly (on its scale)."""
    return {option: _drawn(space, whole[option], generator) for option, space in spaces.items()}


def _drawn(space: list[Scalar] | Range, whole: bool, generator: np.random.Generator) -> Scalar:
    if isinstance(space, list):
        return space[int(generator.integers(len(space)))]
    low, high = (space.low - 0.5, space.high + 0.5) if whole else (space.low, space.high)
    if space.log:
        value = math.exp(generator.uniform(math.log(low), math.log(high)))
    else:
        value = generator.uniform(low, high)
    return tidy(value, space, whole)


def distinct(
    wanted: int,
    source: Callable[[], Configuration],
    accept: Callable[[Configuration], bool],
    known: list[Configuration],
) -> list[Configuration]:
    """Draw configurations that are accepted and differ from each other and from ``known``.

    Raises:
        InputError: There do not seem to be that many.
    """
    found: list[Configuration] = []
    there = {frozenset(one.items()) for one in known}
    misses = 0
    while len(found) < wanted:
        candidate = source()
        items = frozenset(candidate.items())
        if items in there or not accept(candidate):
            misses += 1
            if misses >= PATIENCE:
                raise InputError(
                    f"There must be {len(known) + wanted} different configurations to draw, but "
                    f"after {len(known) + len(found)} of them {PATIENCE} draws in a row were "
                    "excluded or there already: ask for fewer, or widen what they are drawn from."
                )
            continue
        misses = 0
        there.add(items)
        found.append(candidate)
    return found
