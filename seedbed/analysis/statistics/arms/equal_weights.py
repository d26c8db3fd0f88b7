"""Runs that ended with the same weights: one model, however often it was trained."""

from collections.abc import Sequence


def own_models(weights: Sequence[str | None], scores: Sequence[float | None]) -> list[bool]:
    """``[run]`` whether no earlier run of the arm has the same weights and the same score.

    Seeds that change nothing give one model over and over, and its runs tell no more of the next
    seed than one run does. So a comparison counts each model once in its arm, whatever the runs of
    the other arm do. Equal weights that scored differently were tested at random: both count.

    Args:
        weights: ``[run]`` fingerprints; None where one is not known, or the run failed.
        scores: ``[run]`` scores; None where the run failed.
    """
    known: set[tuple[str, float | None]] = set()
    own = []
    for print_, score in zip(weights, scores, strict=True):
        own.append(print_ is None or (print_, score) not in known)
        if print_ is not None:
            known.add((print_, score))
    return own


def settles_stuck(arms: Sequence[str]) -> str:
    """What settles a comparison of arms whose seeds change nothing: more seeds do not.

    Args:
        arms: Names of these arms.
    """
    return (
        f"vary what changes the weights, because the seeds change nothing in {' and '.join(arms)}; "
        "or compare the models on the test examples"
    )
