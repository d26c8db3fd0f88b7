"""Evaluations that score a network's own training rows on purpose, beside a test."""

from collections.abc import Iterable

from seedbed.runs.script.hooks.data.data_rows import ALL
from seedbed.runs.script.hooks.record.observations import Evaluation


def is_train_score(one: Evaluation, every: Iterable[Evaluation]) -> bool:
    """Whether an evaluation is a score of the training data, as a script prints beside a test's.

    Of rows that were all trained on it is one if the script scores others of that network too:
    without these, the only test that there is scores what was trained on.

    Args:
        one: The evaluation.
        every: All evaluations of the script.
    """
    if one.on_training_data:
        return True
    return one.seen >= ALL and any(
        other.network == one.network and other.seen < ALL for other in every
    )


def tests_of(evaluations: Iterable[Evaluation]) -> list[Evaluation]:
    """The evaluations that are no train scores, in their order."""
    every = list(evaluations)
    return [one for one in every if not is_train_score(one, every)]
