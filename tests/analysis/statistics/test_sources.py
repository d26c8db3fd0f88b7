from itertools import product

import numpy as np
import pytest
from SALib.analyze import sobol
from SALib.sample import sobol as sobol_sample

from seedbed.analysis.statistics.answers.churn import pairwise_disagreement
from seedbed.analysis.statistics.variance.crossed import crossed_shares
from seedbed.analysis.statistics.variance.radial_effects import jansen, radial_effects
from seedbed.analysis.statistics.variance.sources import disagreement_shares
from seedbed.system.errors import InputError


def additive(
    rng: np.random.Generator, init: int, order: int, cache: dict[tuple[str, int], np.ndarray]
) -> np.ndarray:
    """Score of 400 examples: init weighs 3, order 1, their meeting 1 (variances)."""

    def effect(name: str, seed: int) -> np.ndarray:
        return cache.setdefault((name, seed), rng.normal(size=400))

    both = effect(f"both{init}", order)
    return np.asarray(np.sqrt(3) * effect("init", init) + effect("order", order) + both)


def test_jansen_is_salibs_total_effect() -> None:
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    sample = sobol_sample.sample(problem, 256, calc_second_order=False, seed=1)
    values = sample[:, 0] + 2 * sample[:, 1] ** 2 + sample[:, 0] * sample[:, 2]
    theirs = sobol.analyze(problem, values, calc_second_order=False, seed=1)["ST"]
    table = values.reshape(256, 5)  # A, AB_1, AB_2, AB_3, B
    both = np.concatenate([table[:, 0], table[:, 4]])
    ours = [jansen(table[:, 0], table[:, 1 + i]) / both.var() for i in range(3)]
    assert ours == pytest.approx(list(theirs), rel=1e-6)


def test_any_design_gives_the_known_shares() -> None:
    rng = np.random.default_rng(1)
    cache: dict[tuple[str, int], np.ndarray] = {}
    seeds = list(product(range(8), range(100, 108)))
    values = np.array([additive(rng, *pair, cache) for pair in seeds])
    half_squares = np.array([((values - row) ** 2).mean(axis=1) / 2 for row in values])
    table = disagreement_shares(
        {"init": [s[0] for s in seeds], "order": [s[1] for s in seeds]}, half_squares
    )
    init, order = table.shares
    assert init.left is not None
    assert init.removed is not None
    assert order.left is not None
    assert order.removed is not None
    assert init.left.value == pytest.approx(0.8, abs=0.05)  # (3 + 1)/5
    assert init.removed.value == pytest.approx(0.6, abs=0.05)  # 3/5
    assert order.left.value == pytest.approx(0.4, abs=0.05)
    assert order.removed.value == pytest.approx(0.2, abs=0.05)
    assert table.largest == "init"
    assert table.plan is None
    crossed = crossed_shares(values.reshape(8, 8, 400))
    assert crossed.left_first == pytest.approx(init.left.value, abs=0.02)
    assert crossed.first.value == pytest.approx(init.removed.value, abs=0.02)


def radial(rng: np.random.Generator, baselines: int = 6) -> list[tuple[int, int, int]]:
    runs, fresh = [], iter(range(1000))
    for _ in range(baselines):
        base = [next(fresh), next(fresh), next(fresh)]
        runs.append(tuple(base))
        for source in range(3):
            changed = list(base)
            changed[source] = next(fresh)
            runs.append(tuple(changed))
    runs += [(next(fresh), next(fresh), next(fresh)) for _ in range(10)]
    rng.shuffle(runs)
    return [(a, b, c) for a, b, c in runs]


def test_radial_plan_of_three_sources_resolves_a_chaotic_model() -> None:
    rng = np.random.default_rng(2)
    runs = radial(rng)
    labels = np.array([np.random.default_rng(run).integers(0, 2, 300) for run in runs])
    seeds = {name: [run[i] for run in runs] for i, name in enumerate(("init", "order", "dropout"))}
    table = disagreement_shares(seeds, pairwise_disagreement(labels, 2))
    for share in table.shares:  # chaotic: any change changes everything
        assert share.left is not None
        assert share.left.value == pytest.approx(1, abs=0.1)
        assert share.left_pairs == 6
        assert share.removed is not None  # changed runs of one baseline share the third source
        assert share.removed.value == pytest.approx(0, abs=0.1)
        assert share.resolved
    assert table.largest is None
    assert table.all_differ is not None
    assert table.all_differ.value == pytest.approx(0.5, abs=0.02)


def test_designs_that_cannot_tell_say_so_and_say_what_could() -> None:
    labels = np.random.default_rng(3).integers(0, 2, (5, 50))
    seeds = {"init": range(5), "order": range(5)}
    table = disagreement_shares(seeds, pairwise_disagreement(labels, 2))
    assert [share.left for share in table.shares] == [None, None]
    assert all("unresolved" in (share.note or "") for share in table.shares)
    assert table.plan is not None
    assert "6 baselines with init, order" in table.plan


def test_radial_effects_on_accuracy_are_unresolved() -> None:
    rng = np.random.default_rng(4)
    base, changed, independent = rng.normal(size=6), rng.normal(size=6), rng.normal(size=10)
    (effect,) = radial_effects(base, {"init": changed}, independent)
    assert effect.left_sd.value == pytest.approx(np.sqrt(((base - changed) ** 2).mean() / 2))
    assert effect.share is not None
    assert not effect.resolved
    (alone,) = radial_effects(base, {"init": changed})
    assert alone.share is None


def test_total_effects_interval_covers() -> None:
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(500):
        (effect,) = radial_effects(
            rng.normal(size=6), {"x": rng.normal(size=6)}, rng.normal(size=10)
        )
        assert effect.share is not None
        assert effect.share.low is not None
        assert effect.share.high is not None
        hits += effect.share.low <= 1 <= effect.share.high
    assert hits / 500 == pytest.approx(0.95, abs=0.03)


def test_crossed_shares_are_the_anovas() -> None:
    from seedbed.analysis.statistics.variance.decompose import anova

    rng = np.random.default_rng(6)
    cube = rng.normal(size=(5, 6, 1)) + rng.normal(size=(5, 1, 1))
    table = anova(cube[:, :, 0])
    row = (table.ms_run - table.ms_residual) / 6
    column = (table.ms_example - table.ms_residual) / 5
    total = row + column + table.ms_residual
    found = crossed_shares(cube)
    assert found.first.value == pytest.approx(row / total)
    assert found.second.value == pytest.approx(column / total)
    assert found.total == pytest.approx(total)
    assert not found.resolved


def test_crossed_design_of_one_example_resolves_far_less_than_of_many() -> None:
    rng = np.random.default_rng(7)
    cube = (
        rng.normal(size=(6, 1, 2000))
        + rng.normal(size=(1, 6, 2000))
        + rng.normal(size=(6, 6, 2000))
    )
    many, one = crossed_shares(cube), crossed_shares(cube[:, :, :1])
    assert many.resolved
    assert many.first.value == pytest.approx(1 / 3, abs=0.03)
    assert many.first.high is not None
    assert many.first.low is not None
    assert one.first.high is not None
    assert one.first.low is not None
    assert many.first.high - many.first.low < 0.2 * (one.first.high - one.first.low)


def test_bad_designs() -> None:
    with pytest.raises(InputError, match="one seed per run"):
        disagreement_shares({"init": [1, 2]}, np.zeros((3, 3)))
    with pytest.raises(InputError, match="at least one source"):
        disagreement_shares({}, np.zeros((3, 3)))
    with pytest.raises(InputError, match="3 or more seeds"):
        crossed_shares(np.zeros((2, 6, 10)))
    with pytest.raises(InputError, match="all agree"):
        crossed_shares(np.zeros((3, 6, 10)))
    with pytest.raises(InputError, match="changed run"):
        jansen([1.0, 2.0], [1.0])
