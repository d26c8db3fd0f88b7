"""Which validation rows a network has right after each epoch, and what choosing on them adds."""

from typing import Any

import numpy as np

from seedbed.runs.script.hooks.epoch_answers import EpochAnswers


def answers(monitor: str = "val_accuracy", rows: int = 600) -> EpochAnswers | None:
    x = np.random.default_rng(0).integers(0, 2, (rows, 1)).astype(np.float32)
    return EpochAnswers.of((x, x[:, 0].astype(int)), [monitor])


def knows(x: Any, training: bool) -> Any:
    assert not training
    return np.eye(2)[x[:, 0].astype(int)]


def test_best_of_epochs_that_guess_is_too_high_by_their_luck() -> None:
    found, draw = answers(), np.random.default_rng(1)
    assert found is not None

    def guesses(x: Any, training: bool) -> Any:
        assert not training
        return draw.random((len(x), 2))

    for _ in range(20):
        found.epoch_ends(guesses)
    value = found.optimism()
    assert value is not None
    assert 0.01 < value < 0.08  # the best of twenty coins on 600 rows: about 1.9 x 0.5 / sqrt(600)


def test_answers_that_cannot_be_computed_are_given_up() -> None:
    found = answers()
    assert found is not None

    def breaks(x: Any, training: bool) -> Any:
        raise ValueError(x, training)

    found.epoch_ends(knows)
    found.epoch_ends(breaks)
    assert found.optimism() is None
    found.epoch_ends(knows)
    assert found.optimism() is None


def test_only_an_accuracy_on_classes_is_followed() -> None:
    assert answers("val_loss") is None
    assert answers(rows=5) is None
    assert EpochAnswers.of(None, ["val_accuracy"]) is None
