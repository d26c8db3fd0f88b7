"""Whether the cells of a claim are those whose scores it compares."""

from collections.abc import Mapping, Sequence

import numpy as np

from seedbed.analysis.statistics.checks import Floats


def cells_that_do_not_match(
    cells: Mapping[str, Sequence[float]], arms: Mapping[str, Floats], *, paired: bool
) -> list[str]:
    """Say of which arms the cells are not those of the scores compared.

    Args:
        cells: Arm → ``[cell]`` scores.
        arms: Arm → ``[run]`` scores as they are compared, nan for a run without one.
        paired: Whether they are compared in pairs, of which only whole ones have cells.
    """
    finite = {name: np.isfinite(scores) for name, scores in arms.items()}
    if paired and len({len(one) for one in finite.values()}) == 1:
        whole = np.logical_and.reduce(list(finite.values()))
        finite = dict(zip(finite, [whole] * len(finite), strict=True))
    compared = {name: sorted(scores[finite[name]]) for name, scores in arms.items()}
    return [
        f"{name} has {len(cells[name])} cells, which are not those of the {len(scores)} scores "
        "compared"
        for name, scores in compared.items()
        if sorted(cells[name]) != scores
    ]
