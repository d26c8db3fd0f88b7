"""A race: who gets another seed, who is dropped, and what is run again."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from seedbed.analysis.statistics.racing import may_be_best
from seedbed.sweeps.design.cells.cell import Cell
from seedbed.sweeps.strategies.choose import strategy_of
from seedbed.system.errors import InputError
from tests.support.sweeps import InMemory, made

RATE = "learning_rate: {low: 0.0001, high: 0.1, log: true}"


@pytest.fixture(autouse=True)
def _data(datasets_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data sets that the experiment looks for."""
    monkeypatch.setenv("SEEDBED_STORE", str(datasets_cache.parents[1]))


def text(seeds: int = 5, sampler: str = "random", more: str = "", race: str = "{}") -> str:
    return (
        f"seeds: {seeds}\nsearch:\n  over: {{{RATE}}}\n  sampler: {sampler}\n  count: 12\n"
        f"  race: {race}\n{more}"
    )


def peaked(cell: Cell) -> list[float]:
    """Best at a learning rate of 0.003; seeds add the same noise to every configuration."""
    common = np.random.default_rng(cell.options.seed).normal(0, 0.01)
    own = np.random.default_rng(int(cell.id, 16)).normal(0, 0.005)
    height = 0.9 - 0.05 * abs(np.log10(cell.options.learning_rate / 0.003)) + common + own
    return [height - 0.03, height - 0.02, height - 0.01, height]


def seeds_by_rate(sweep: InMemory) -> Counter[float]:
    """Learning rate → seeds of the race that it got."""
    return Counter(c.options.learning_rate for c in sweep.cells.values() if c.options.seed < 5)


def test_losers_get_two_seeds_and_the_winner_fresh_ones() -> None:
    sweep = InMemory(made(text()), peaked).run()
    got = seeds_by_rate(sweep)
    assert len(got) == 12
    assert min(got.values()) == 2
    assert sum(got.values()) < 12 * 5 * 0.6
    best = min(got, key=lambda rate: abs(np.log10(rate / 0.003)))
    again = {c.options.learning_rate for c in sweep.cells.values() if c.options.seed >= 5}
    assert best in again
    conclusion = strategy_of(sweep.design).conclude(sweep.progress)
    assert conclusion is not None
    said = f"it took {sum(got.values())} runs in place of 60"
    assert said in conclusion.text
    assert "only these runs count as the result" in conclusion.text
    assert conclusion.metrics["search_fresh_value"] > 0.8


def test_the_order_in_which_runs_end_and_another_driver_change_nothing() -> None:
    design = made(text())
    first, other = (
        InMemory(design, peaked, order, workers).run() for order, workers in ((1, 1), (2, 5))
    )
    assert set(first.cells) == set(other.cells)


def test_a_race_that_was_stopped_goes_on_where_it_was() -> None:
    design = made(text())
    whole = InMemory(design, peaked).run()
    stopped = InMemory(design, peaked)
    stopped.run(most=17)
    stopped.run()
    assert set(stopped.cells) == set(whole.cells)
    assert set(stopped.standings.values()) == {"done"}


def test_a_configuration_whose_run_fails_is_out() -> None:
    design = made(text())
    worst = max(c["learning_rate"] for c in design.configurations)

    def failing(cell: Cell) -> list[float] | None:
        return None if cell.options.learning_rate == worst else peaked(cell)

    got = seeds_by_rate(InMemory(design, failing).run())
    assert got[worst] == 2


def test_what_a_race_cannot_do_is_refused() -> None:
    with pytest.raises(InputError, match="race needs sampler: grid or random"):
        made(text(sampler="tpe"))
    with pytest.raises(InputError, match="the least is seeds: 3"):
        made(text(seeds=2))
    with pytest.raises(InputError, match="leave out prune: seeds"):
        made(text(more="  prune: {seeds: wilcoxon}\n"))


def test_equal_scores_drop_nobody_and_a_clear_loser_goes() -> None:
    assert may_be_best([[0.9, 0.9], [0.9, 0.9]]).all()
    noise = np.random.default_rng(0).normal(0, 0.01, (6, 3))
    scores = np.array([0.9, 0.9, 0.89, 0.5, 0.1, 0.9])[:, None] + noise
    kept = may_be_best(scores)
    assert not kept[3]
    assert not kept[4]
    assert kept[int(scores.mean(axis=1).argmax())]


def test_a_common_effect_of_the_seed_changes_nothing() -> None:
    scores = np.random.default_rng(1).normal(0.9, 0.01, (8, 4))
    moved = scores + np.array([0.1, -0.2, 0.3, 0.0])
    assert (may_be_best(scores) == may_be_best(moved)).all()


def test_seeds_that_change_nothing_end_a_race_after_two() -> None:
    def same(cell: Cell) -> list[float]:
        height = 0.9 - 0.05 * round(abs(np.log10(cell.options.learning_rate / 0.003)))
        return [height - 0.01, height]

    def weights(cell: Cell) -> str:
        return str(cell.options.learning_rate)

    sweep = InMemory(made(text()), same, weights=weights).run()
    assert set(seeds_by_rate(sweep).values()) == {2}, "ties of the leader too"
    conclusion = strategy_of(sweep.design).conclude(sweep.progress)
    assert conclusion is not None
    assert "(n=1, no interval)" in conclusion.text
    assert "Fresh runs with the same weights count once" in conclusion.text
    assert max(seeds_by_rate(InMemory(made(text()), same).run()).values()) == 5


def test_a_seed_that_repeats_a_model_counts_once_in_a_race() -> None:
    noise = np.random.default_rng(3).normal(0, 0.01, (6, 4))
    scores = np.array([0.92, 0.89, 0.9, 0.895, 0.89, 0.0])[:, None] + noise
    scores[0, 0] = scores[0].mean()
    scores[5] = scores[0].mean() - 0.016
    repeats = np.ones((6, 4), dtype=bool)
    repeats[5, 1:] = False
    alone = may_be_best(scores, own=np.ones((6, 4), dtype=bool))
    assert (alone == may_be_best(scores)).all()
    assert not alone[5]
    assert may_be_best(scores, own=repeats)[5], "one run tells less than four"
    assert (may_be_best(scores, own=repeats)[:5] == may_be_best(scores[:5])).all()
    two = [[0.9, 0.91, 0.905], [0.8, 0.8, 0.8]]
    stuck = [[True, True, True], [True, False, False]]
    assert may_be_best(two, own=stuck).all(), "one pair and no other spread is no evidence"
    assert not may_be_best(two, own=[[True, False, False]] * 2)[1], "no seed changes either value"
