"""A script without Keras is told which generator it draws from and does not seed."""

import sys
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest

from seedbed.runs.script.hooks.keras_hooks import Watcher
from seedbed.runs.script.numbers.results import collect
from seedbed.runs.script.randomness.unseeded_draws import (
    BY_NUMPY,
    BY_TORCH,
    ESTIMATORS,
    UnseededDraws,
)
from seedbed.tracking.schema import RANK_CAUSE


@pytest.fixture
def torch(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Something that has the state of PyTorch's default generator."""
    made = SimpleNamespace(state=np.zeros(4, np.uint8))
    made.get_rng_state = lambda: SimpleNamespace(numpy=lambda: made.state)
    monkeypatch.setitem(sys.modules, "torch", made)
    return made


@pytest.fixture(autouse=True)
def numpy_state() -> Iterator[None]:
    """The test's draws leave NumPy's generator as it was."""
    state = np.random.get_state()  # noqa: NPY002
    yield
    np.random.set_state(state)  # noqa: NPY002


def test_what_moved_and_was_not_seeded_is_a_cause(torch: SimpleNamespace) -> None:
    drawn = UnseededDraws.begin()
    assert drawn.causes([], sklearn=True) == []
    np.random.random()  # noqa: NPY002
    assert drawn.causes([], sklearn=True) == [ESTIMATORS]
    assert drawn.causes([], sklearn=False) == [BY_NUMPY]
    assert drawn.causes(["np.random.seed"], sklearn=True) == []
    torch.state = np.ones(4, np.uint8)
    assert drawn.causes(["np.random.seed"], sklearn=True) == [BY_TORCH]
    assert drawn.causes(["torch.manual_seed", "np.random.seed"], sklearn=True) == []


def test_it_is_the_cause_in_the_story_of_a_script_without_keras() -> None:
    watcher = Watcher(lambda *_: None, True, lambda _: None)
    watcher.other_draws = [ESTIMATORS]
    (told,) = collect(watcher, "accuracy: 0.5").story
    assert (told.text, told.rank) == (ESTIMATORS, RANK_CAUSE)
