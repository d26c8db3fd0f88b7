"""Which option of a search mattered, as far as the configurations tried can tell."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from seedbed.analysis.statistics.checks import Floats, as_scores

FEWEST = 8
"""Configurations per option below which an importance would be a guess."""
FOLDS = 5
TREES = 100
REPEATS = 10


def importances(
    options: Mapping[str, Sequence[object]], scores: npt.ArrayLike, seed: int = 0
) -> dict[str, float] | None:
    """Share of the explained spread of scores that goes with each option.

    A random forest learns the score from the options on 4/5 of the configurations; on the other
    fifth the values of one option are shuffled, and the loss in squared error is that option's
    importance. Means over folds, negative ones taken for 0, scaled to sum to 1. Options that were
    proposed by a search are not independent, so an importance describes the region searched.

    Args:
        options: Option → ``[configuration]`` values, numbers or words.
        scores: ``[configuration]`` mean scores.
        seed: Seed of folds, forests and shuffles.

    Returns:
        Option → share; None where there are too few configurations, or no option tells anything
        about a configuration that was held out.

    Source: Breiman (2001), "Random forests", section 10, permutation importance.
    """
    values = as_scores(scores, "scores of configurations")
    vary = {name: column for name, column in options.items() if len(set(map(str, column))) > 1}
    if not vary or values.size < FEWEST * len(vary) or np.ptp(values) == 0:
        return None
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.inspection import permutation_importance
    from sklearn.model_selection import KFold

    table = np.column_stack([_numbers(column) for column in vary.values()])
    total = np.zeros(len(vary))
    for train, test in KFold(FOLDS, shuffle=True, random_state=seed).split(table):
        forest = RandomForestRegressor(TREES, random_state=seed).fit(table[train], values[train])
        found = permutation_importance(
            forest,
            table[test],
            values[test],
            scoring="neg_mean_squared_error",
            n_repeats=REPEATS,
            random_state=seed,
        )
        total += found.importances_mean
    kept = np.maximum(total, 0.0)
    if kept.sum() <= 0:
        return None
    shares = kept / kept.sum()
    return {name: float(share) for name, share in zip(vary, shares, strict=True)}


def _numbers(column: Sequence[object]) -> Floats:
    """Numbers as they are (trees need no scale), words by their place in sorted order."""
    numbers = [float(value) for value in column if isinstance(value, (int, float))]
    if len(numbers) == len(column):
        return np.array(numbers)
    order = {word: place for place, word in enumerate(sorted({str(value) for value in column}))}
    return np.array([order[str(value)] for value in column], dtype=np.float64)
