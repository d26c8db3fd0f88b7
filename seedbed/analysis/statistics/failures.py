"""Runs that failed: what a comparison says if they would have been the worst."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from seedbed.analysis.statistics.checks import Floats
from seedbed.system.errors import InputError

Seed = TypeVar("Seed", bound=Hashable)


def at_their_worst(arms: Mapping[str, npt.ArrayLike]) -> dict[str, Floats]:
    """Count failed runs as the lowest score that any run of any arm reached.

    Runs that fail may be those that were going wrong. Equal arms of which one loses its worst fifth
    are called different in .19 of studies at n = 20; with the lost runs at their worst in ≤ .05
    (docs/coverage.md). Higher scores must be better.

    Args:
        arms: Name → ``[run]`` scores, nan where the run failed.

    Returns:
        Name → ``[run]`` without nan.

    Raises:
        InputError: An arm with more failed runs than results, about which nothing can be said.

    Source: Lachin (1999), "Worst-rank score analysis with informatively missing observations in
    clinical trials", with the lowest score in place of the lowest rank.
    """
    scores = {name: np.asarray(values, dtype=np.float64) for name, values in arms.items()}
    for name, values in scores.items():
        failed = int(np.isnan(values).sum())
        if failed > values.size - failed:
            raise InputError(
                f"{name} must have at least as many results as failed runs, got "
                f"{values.size - failed} and {failed}: find out why they fail, and run them again"
            )
    lowest = min(float(np.nanmin(values)) for values in scores.values())
    return {name: np.where(np.isnan(values), lowest, values) for name, values in scores.items()}


def pairs_with_failures(arms: Sequence[Mapping[Seed, float]]) -> list[Floats]:
    """Line up the arms by seed where every arm tried the seed and some arm finished it.

    Args:
        arms: Seed → score for each arm, nan where the run failed.

    Returns:
        For each arm ``[pair]`` scores, nan where the run failed.
    """
    tried = [seed for seed in arms[0] if all(seed in arm for arm in arms[1:])]
    rows = np.array([[arm[seed] for arm in arms] for seed in tried], dtype=np.float64)
    rows = rows.reshape(len(tried), len(arms))
    kept = rows[~np.isnan(rows).all(axis=1)]
    return [kept[:, place] for place in range(len(arms))]
