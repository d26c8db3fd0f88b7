"""A plug-in of pytest: the fixture ``seedbed_seed`` repeats a test over seeds.

    @pytest.mark.seeds(5)
    def test_it_learns(seedbed_seed):
        assert train(seedbed_seed) > 0.9

Without the mark there are three seeds. Python, NumPy and, where they are imported, Keras,
TensorFlow and PyTorch are seeded before each repetition.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT = 3
FIXTURE = "seedbed_seed"


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line(
        "markers", "seeds(number or list): seeds over which seedbed_seed repeats the test"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Repeat each test that asks for the fixture."""
    if FIXTURE in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("seeds")
        seeds = range(DEFAULT) if mark is None else _seeds_of(mark)
        metafunc.parametrize(FIXTURE, seeds, indirect=True, ids=[f"seed={one}" for one in seeds])


def _seeds_of(mark: pytest.Mark) -> "Sequence[int]":
    """The seeds that a mark names."""
    given = mark.args[0] if len(mark.args) == 1 and not mark.kwargs else None
    seeds = range(given) if isinstance(given, int) else given
    if not isinstance(seeds, (list, tuple, range)) or not seeds:
        raise pytest.UsageError(
            "@pytest.mark.seeds must have a number of seeds or a list of them, such as "
            f"seeds(5) or seeds([1, 7]), got {mark.args or mark.kwargs}"
        )
    return seeds


@pytest.fixture
def seedbed_seed(request: pytest.FixtureRequest) -> int:
    """The seed of this repetition, set already."""
    from seedbed.runs.settings.set_seeds import set_seeds

    seed: int = request.param
    set_seeds(seed)
    return seed
