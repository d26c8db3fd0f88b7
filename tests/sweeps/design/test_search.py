"""A search: what it proposes, what it gives up, what it runs again, and what it says."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import optuna
import pytest

from seedbed.sweeps.design.cells.cell import Cell
from seedbed.sweeps.design.search.proposals import Proposer
from seedbed.sweeps.design.search.tried import Tried
from seedbed.sweeps.strategies.search import SearchStrategy
from tests.support.sweeps import InMemory, made

RATE = "learning_rate: {low: 0.0001, high: 0.1, log: true}"


@pytest.fixture(autouse=True)
def _data(datasets_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data sets that the experiment looks for."""
    monkeypatch.setenv("SEEDBED_STORE", str(datasets_cache.parents[1]))


def peaked(cell: Cell) -> list[float]:
    """Best at a learning rate of 0.003; seeds add the same noise to every configuration."""
    common = np.random.default_rng(cell.options.seed).normal(0, 0.01)
    own = np.random.default_rng(int(cell.id, 16)).normal(0, 0.002)
    height = 0.9 - 0.05 * abs(np.log10(cell.options.learning_rate / 0.003)) + common + own
    return [height - 0.03, height - 0.02, height - 0.01, height]


def text(sampler: str, count: int, more: str = "", seeds: int = 2, over: str = RATE) -> str:
    wanted = "" if sampler == "grid" else f"\n  count: {count}"
    return f"seeds: {seeds}\nsearch:\n  over: {{{over}}}\n  sampler: {sampler}{wanted}\n{more}"


def tried_by(sweep: InMemory, seeds: int) -> list[float]:
    """Learning rates in the order of proposal, without the runs on fresh seeds."""
    cells = [cell for cell in sweep.cells.values() if cell.options.seed < seeds]
    return list(dict.fromkeys(cell.options.learning_rate for cell in cells))


def test_every_configuration_of_a_search_gets_the_same_seeds_and_the_best_get_fresh_ones() -> None:
    sweep = InMemory(made(text("random", 10, seeds=3)), peaked).run()
    assert set(sweep.standings.values()) == {"done"}
    by_rate: dict[float, list[int]] = {}
    for cell in sweep.cells.values():
        by_rate.setdefault(cell.options.learning_rate, []).append(cell.options.seed)
    assert sorted(map(tuple, by_rate.values())) == [(0, 1, 2)] * 6 + [(0, 1, 2, 3, 4, 5)] * 4
    again = {rate for rate, seeds in by_rate.items() if len(seeds) == 6}
    value = {
        rate: np.mean([max(peaked(c)) for c in sweep.cells.values()
                       if c.options.learning_rate == rate and c.options.seed < 3])
        for rate in by_rate
    }  # fmt: skip
    assert again == set(sorted(by_rate, key=lambda rate: -value[rate])[:4])
    assert len(sweep.cells) == sweep.design.planned == 10 * 3 + 4 * 3


def test_a_grid_tries_every_point_that_no_rule_excludes() -> None:
    over = "learning_rate: {low: 0.001, high: 0.1, log: true, points: 3}, batch_size: [8, 16]"
    rule = '  retest: {best: 1, seeds: 2}\nexclude: ["batch_size == 8 and learning_rate > 0.05"]\n'
    design = made(text("grid", 0, rule, over=over))
    points = {(c["learning_rate"], c["batch_size"]) for c in design.configurations}
    assert points == {(0.001, 8), (0.001, 16), (0.01, 8), (0.01, 16), (0.1, 16)}
    assert len(InMemory(design, peaked).run().cells) == 5 * 2 + 2


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_the_order_in_which_runs_end_changes_nothing(sampler: str) -> None:
    """Several drivers, any number of workers, a strategy object replaced at any moment."""
    design = made(text(sampler, 16))
    first, other = (
        InMemory(design, peaked, order, workers).run() for order, workers in ((1, 1), (2, 5))
    )
    assert set(first.cells) == set(other.cells)
    assert tried_by(first, 2) == tried_by(other, 2)


def test_another_seed_proposes_others() -> None:
    rates = [
        tried_by(InMemory(made(text("tpe", 8, f"  seed: {seed}\n")), peaked).run(), 2)
        for seed in (0, 0, 1)
    ]
    assert rates[0] == rates[1]
    assert not set(rates[0]) & set(rates[2])


def test_tpe_comes_nearer_to_the_best_than_random() -> None:
    """Median distance of the last 12 of 32 proposals from a clear peak, in decades, five seeds."""

    def clear(cell: Cell) -> list[float]:
        return [0.9 - 0.2 * abs(np.log10(cell.options.learning_rate / 0.003))]

    distance = {}
    for sampler in ("random", "tpe"):
        found: list[float] = []
        for seed in range(5):
            design = made(text(sampler, 32, f"  seed: {seed}\n", seeds=1))
            found += tried_by(InMemory(design, clear).run(), 1)[20:]
        distance[sampler] = np.median(np.abs(np.log10(np.array(found) / 0.003)))
    assert distance["tpe"] < 0.6 * distance["random"]


def test_tpe_is_optuna_s_own() -> None:
    """The proposals of a round are those of a TPESampler that was told the same trials."""
    design = made(text("tpe", 20, "  together: 1\n"))
    proposer = design.proposer
    assert isinstance(proposer, Proposer)
    generator = np.random.default_rng(0)
    rates = [float(f"{10**x:.4g}") for x in generator.uniform(-4, -1, 15)]
    tried = [Tried({"learning_rate": r}, float(-abs(np.log10(r / 0.003))), 2, False) for r in rates]
    words = np.random.SeedSequence([0, 16]).generate_state(2)
    sampler = optuna.samplers.TPESampler(seed=int(words[0]), multivariate=True)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    space: dict[str, optuna.distributions.BaseDistribution] = {
        "learning_rate": optuna.distributions.FloatDistribution(0.0001, 0.1, log=True)
    }
    for one in tried:
        study.add_trial(
            optuna.trial.create_trial(
                params=one.configuration, distributions=space, value=one.value
            )
        )
    expected = study.ask(space).params["learning_rate"]
    assert proposer.more(tried)[0]["learning_rate"] == pytest.approx(expected, rel=1e-3)


def test_a_small_space_is_used_up_without_repeats() -> None:
    over = "batch_size: {low: 4, high: 8}"
    design = made(text("tpe", 5, "  retest: {best: 2, seeds: 2}\n", over=over))
    sweep = InMemory(design, peaked).run()
    assert sorted({cell.options.batch_size for cell in sweep.cells.values()}) == [4, 5, 6, 7, 8]
    assert len(sweep.cells) == 5 * 2 + 2 * 2


def test_seeds_are_pruned_as_optuna_s_signed_rank_pruner_says() -> None:
    design = made(text("random", 12, "  prune: {seeds: wilcoxon}\n  together: 3\n", seeds=8))
    sweep = InMemory(design, peaked).run()
    runs = {
        rate: sorted(c.options.seed for c in sweep.cells.values()
                     if c.options.learning_rate == rate and c.options.seed < 8)
        for rate in tried_by(sweep, 8)
    }  # fmt: skip
    rates = list(runs)
    assert all(len(runs[rate]) == 8 for rate in rates[:3]), "the first round has no rival"
    assert {len(seeds) for seeds in runs.values()} >= {4, 8}
    assert min(len(seeds) for seeds in runs.values()) == 4, "2^-4 is the first p below 0.1"
    # an independent oracle: Optuna's own loop over the same values, configuration by configuration
    with pytest.warns(optuna.exceptions.ExperimentalWarning):
        pruner = optuna.pruners.WilcoxonPruner(p_threshold=0.1)
    values = {
        rate: [
            max(peaked(design.factory.cell({"learning_rate": rate}, s))) for s in design.seed_sets
        ]
        for rate in rates
    }
    for index, rate in enumerate(rates):
        earlier = [r for r in rates[: index - index % 3] if len(runs[r]) == 8]
        study = optuna.create_study(direction="maximize", pruner=pruner)
        for one in earlier:
            study.add_trial(
                optuna.trial.create_trial(
                    value=float(np.mean(values[one])),
                    intermediate_values=dict(enumerate(values[one])),
                )
            )
        trial = study.ask()
        stopped_after = 8
        for step, value in enumerate(values[rate]):
            trial.report(value, step)
            if earlier and trial.should_prune():
                stopped_after = step + 1
                break
        assert len(runs[rate]) == stopped_after
    again = [cell for cell in sweep.cells.values() if cell.options.seed >= 8]
    assert all(len(runs[cell.options.learning_rate]) == 8 for cell in again)


def test_repeats_of_one_model_are_no_evidence_for_the_signed_rank_pruner() -> None:
    def same(cell: Cell) -> list[float]:
        return [0.9 - 0.05 * abs(np.log10(cell.options.learning_rate / 0.003))]

    def runs(weights: Callable[[Cell], str] | None) -> set[int]:
        asked = text("random", 9, "  prune: {seeds: wilcoxon}\n  together: 3\n", seeds=6)
        sweep = InMemory(made(asked), same, weights=weights).run()
        conclusion = SearchStrategy(sweep.design).conclude(sweep.progress)
        assert conclusion is not None
        assert ("(n=1, no interval)" in conclusion.text) == (weights is not None)
        seeds = [c.options.learning_rate for c in sweep.cells.values() if c.options.seed < 6]
        return set(Counter(seeds).values())

    assert min(runs(None)) == 4
    assert runs(lambda cell: str(cell.options.learning_rate)) == {6}


@pytest.mark.parametrize("rule", ["median", "hyperband"])
def test_epochs_prune_the_poor_and_never_the_fresh_runs(rule: str) -> None:
    design = made(text("random", 20, f"  prune: {{epochs: {rule}}}\n", seeds=1))
    sweep = InMemory(design, peaked, workers=2).run()
    pruned = [sweep.cells[cell] for cell in sweep.of("pruned")]
    assert 3 <= len(pruned) <= 17
    assert all(cell.options.seed == 0 for cell in pruned)
    done = [
        max(peaked(sweep.cells[c])) for c in sweep.of("done") if sweep.cells[c].options.seed == 0
    ]
    assert np.mean(done) > np.mean([max(peaked(cell)) for cell in pruned])
    assert max(done) == max(max(peaked(c)) for c in sweep.cells.values() if c.options.seed == 0)
    assert all("after epoch" in sweep.reasons[cell.id] for cell in pruned)
    assert len([cell for cell in sweep.cells.values() if cell.options.seed > 0]) == 4 * 3


def test_a_run_is_pruned_below_the_median_of_the_finished_ones() -> None:
    """Against Optuna's own MedianPruner: the sixth run, by its first epoch."""
    design = made(text("random", 8, "  prune: {epochs: median}\n", seeds=1))
    sweep = InMemory(design, peaked, workers=1)
    heights = iter([0.5, 0.6, 0.7, 0.8, 0.9, 0.69, 0.71, 0.95])
    sweep.curve = lambda _: [next(heights)] * 4
    sweep.run(most=8)
    assert [sweep.standings[cell.id] for cell in design.cells] == [
        *("done", "done", "done", "done", "done", "pruned", "done", "done"),
    ]


def test_other_seeds_of_a_configuration_that_was_given_up_are_not_finished() -> None:
    design = made(text("random", 8, "  prune: {epochs: median}\n", seeds=2))
    sweep = InMemory(design, peaked, workers=1).run()
    with_sibling = [r for r in sweep.reasons.values() if "with another seed" in r]
    assert with_sibling


def test_a_configuration_with_a_failed_run_cannot_win() -> None:
    def diverges(cell: Cell) -> list[float] | None:
        best = cell.options.learning_rate == rates[0] and cell.options.seed == 1
        return None if best else peaked(cell)

    design = made(text("random", 8))
    rates = sorted(
        (c["learning_rate"] for c in design.configurations), key=lambda r: abs(np.log10(r / 0.003))
    )
    sweep = InMemory(design, diverges).run()
    again = {c.options.learning_rate for c in sweep.cells.values() if c.options.seed >= 2}
    assert len(again) == 4
    assert rates[0] not in again


def test_only_fresh_runs_are_the_result_and_the_optimism_stands_beside_it() -> None:
    """Of equal configurations, the best of many looks better than it is, by a known amount."""

    def noise(cell: Cell) -> list[float]:
        return [0.9 + float(np.random.default_rng(int(cell.id, 16)).normal(0, 0.01))]

    optimism, saved = [], []
    for seed in range(20):
        more = f"  seed: {seed}\n  retest: {{best: 1, seeds: 8}}\n"
        sweep = InMemory(made(text("random", 20, more, seeds=1)), noise).run()
        found = SearchStrategy(sweep.design).conclude(sweep.progress)
        assert found is not None
        fresh = [s for c, s in sweep.scores.items() if sweep.cells[c].options.seed > 0]
        assert found.metrics["search_test_accuracy"] == pytest.approx(np.mean(fresh))
        assert f"{100 * np.mean(fresh):.2f}" in found.text
        assert "n=8" in found.text
        optimism.append(found.metrics["search_optimism"])
        saved.append(found.metrics["search_best_value"])
    # E[max of 20 N(0, 1)] = 1.867; sd of a mean of 20 such maxima less 20 means of 8: .0143/√20
    assert np.mean(optimism) == pytest.approx(0.01867, abs=4 * 0.0064 / np.sqrt(20))
    assert np.mean(saved) == pytest.approx(0.9 + 0.01867, abs=4 * 0.0053 / np.sqrt(20))


def test_a_value_that_was_too_low_is_no_negative_optimism() -> None:
    def later(cell: Cell) -> list[float]:
        return [max(peaked(cell)) + (0.05 if cell.options.seed >= 2 else 0)]

    sweep = InMemory(made(text("random", 6)), later).run()
    conclusion = SearchStrategy(sweep.design).conclude(sweep.progress)
    assert conclusion is not None
    assert "the search's own value was not too high, but" in conclusion.text
    assert "points too low." in conclusion.text
    assert "of optimism" not in conclusion.text
    assert conclusion.metrics["search_optimism"] < 0


def test_a_search_that_is_not_over_says_nothing() -> None:
    sweep = InMemory(made(text("random", 8)), peaked).run(most=5)
    assert SearchStrategy(sweep.design).conclude(sweep.progress) is None


def test_a_budget_of_runs_leaves_room_for_the_fresh_ones() -> None:
    stop = "stop: {budget: {runs: 30}}\n"
    design = made(text("random", 20, "  retest: {best: 3, seeds: 4}\n" + stop, seeds=2))
    sweep = InMemory(design, peaked).run()
    assert len(sweep.cells) == design.planned == 30
    assert len([c for c in sweep.cells.values() if c.options.seed >= 2]) == 12


def test_a_budget_of_minutes_ends_the_rounds_and_still_runs_the_best_again() -> None:
    stop = "stop: {budget: {minutes: 40}}\n"
    sweep = InMemory(made(text("tpe", 30, stop, seeds=2)), peaked).run()
    fresh = [c for c in sweep.cells.values() if c.options.seed >= 2]
    assert len(fresh) == 12
    assert 33 <= sweep.minutes <= 40
    assert SearchStrategy(sweep.design).conclude(sweep.progress) is not None


def test_what_the_parent_run_s_tag_says_of_a_search() -> None:
    described = made(text("tpe", 8, seeds=3)).described()
    assert described["fresh_seeds"] == [3, 4, 5]
    assert described["search"]["sampler"] == "tpe"
    assert described["planned"] == 8 * 3 + 4 * 3
    assert described["varied"] == ["learning_rate"]
