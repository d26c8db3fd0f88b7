"""Seeds: one per source, independent, and an order that depends on nothing but itself."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, strategies as st

from seedbed.runs.execution.catalog import find
from seedbed.runs.settings.seeds import SOURCES, derive, order_of_epoch

Options = find("mnist_cnn").options

SEED = st.integers(0, 2**32 - 1)


@given(SEED)
def test_a_seed_sets_every_source_and_the_same_way_each_time(seed: int) -> None:
    assert derive(Options(seed=seed)) == derive(Options(seed=seed))
    assert set(derive(Options(seed=seed)).asdict()) == set(SOURCES)


def test_neighbouring_seeds_share_no_source_seed() -> None:
    drawn = [v for seed in range(200) for v in derive(Options(seed=seed)).asdict().values()]
    assert len(set(drawn)) == len(drawn)


@pytest.mark.parametrize("source", SOURCES)
def test_one_given_seed_leaves_the_others(source: str) -> None:
    free = derive(Options(seed=7)).asdict()
    options = replace(Options(seed=7), **{f"{source}_seed": 123})
    assert derive(options).asdict() == {**free, source: 123}


def test_derived_seeds_stay_what_they_are() -> None:
    """Recorded runs name their seeds; a change here would make them unrepeatable."""
    children = np.random.SeedSequence(7).spawn(5)
    expected = dict(zip(SOURCES, (int(c.generate_state(1)[0]) for c in children), strict=True))
    assert derive(Options(seed=7)).asdict() == expected


@given(SEED, st.integers(1, 1000), st.integers(1, 300))
def test_an_epochs_order_is_a_permutation_of_its_own(seed: int, epoch: int, size: int) -> None:
    order = order_of_epoch(seed, epoch, size)
    assert sorted(order) == list(range(size))
    assert order.dtype == np.int32
    assert np.array_equal(order, order_of_epoch(seed, epoch, size))


def test_epochs_and_seeds_give_other_orders() -> None:
    base = order_of_epoch(1, 1, 100)
    assert not np.array_equal(base, order_of_epoch(1, 2, 100))
    assert not np.array_equal(base, order_of_epoch(2, 1, 100))
