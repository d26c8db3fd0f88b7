"""Stop rules: when they stop, by which scores, and what they say they saved."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from seedbed.analysis.statistics.stopping.anytime import e_value
from seedbed.analysis.statistics.stopping.lost_pairs import p_with_lost
from seedbed.analysis.statistics.stopping.plan import stein_runs
from seedbed.analysis.statistics.stopping.sequential import sequential_decision
from seedbed.sweeps.design.cells.cell import Cell
from seedbed.sweeps.strategies.choose import strategy_of
from seedbed.sweeps.strategies.conclusion import Conclusion
from seedbed.sweeps.strategies.protocol import FixedDesign
from tests.support.sweeps import InMemory, made

ARMS = "configurations: {batch_size: [8, 16]}\n"


@pytest.fixture(autouse=True)
def _data(datasets_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data sets that the experiment looks for."""
    monkeypatch.setenv("SEEDBED_STORE", str(datasets_cache.parents[1]))


def scored(gap: float, sd: float = 0.01, stream: int = 0) -> Callable[[Cell], list[float]]:
    """Normal scores, independent of each other, with a gap between the two batch sizes."""

    def curve(cell: Cell) -> list[float]:
        generator = np.random.default_rng([stream, int(cell.id, 16)])
        return [0.8 + gap * (cell.options.batch_size == 8) + float(generator.normal(0, sd))]

    return curve


def told(sweep: InMemory) -> Conclusion:
    found = strategy_of(sweep.design).conclude(sweep.progress)
    assert found is not None
    return found


def differences(sweep: InMemory) -> list[float]:
    pairs: dict[int, dict[int, float]] = {}
    for cell, score in sweep.scores.items():
        options = sweep.cells[cell].options
        pairs.setdefault(options.seed, {})[options.batch_size] = score
    return [pairs[s][8] - pairs[s][16] for s in sorted(pairs) if len(pairs[s]) == 2]


def test_without_a_rule_the_number_of_seeds_is_fixed() -> None:
    sweep = InMemory(made("seeds: 6\n" + ARMS), scored(0.1)).run()
    assert isinstance(strategy_of(sweep.design), FixedDesign)
    assert len(sweep.scores) == 12
    assert strategy_of(sweep.design).conclude(sweep.progress) is None


COMPARE = "seeds: 20\n" + ARMS + "stop: {comparison: {}}\n"


def test_a_clear_difference_is_found_at_an_early_look() -> None:
    sweep = InMemory(made(COMPARE), scored(0.03), workers=1).run()
    assert sweep.early_end is not None
    assert sweep.early_end.startswith("different after 5 pairs, p = ")
    assert len(sweep.scores) == 10
    assert told(sweep).metrics["runs_saved"] == 40 - len(sweep.scores)
    assert f"saved {40 - len(sweep.scores)} of the 40 runs" in told(sweep).text
    assert "batch_size=8 against batch_size=16" in told(sweep).text
    assert "nominal p 0.017, 0.017, 0.017, 0.017" in told(sweep).text
    mean = 100 * np.mean(differences(sweep)[:5])
    assert f"Mean difference of 5 pairs: {mean:+.2f} points" in told(sweep).text


def test_late_spending_asks_for_more_pairs() -> None:
    late = COMPARE.replace("{}", "{spending: obrien_fleming}")
    sweep = InMemory(made(late), scored(0.03), workers=1).run()
    assert (sweep.early_end or "").startswith("different after 10 pairs, p = ")
    assert len(sweep.scores) == 20


def test_no_difference_is_given_up_as_futile_or_runs_to_the_last_look() -> None:
    ends = [InMemory(made(COMPARE), scored(0, stream=stream)).run() for stream in range(12)]
    reasons = [sweep.early_end for sweep in ends]
    assert sum(reason is None for reason in reasons) >= 1
    assert sum("futile" in (reason or "") for reason in reasons) >= 3
    for sweep in ends:
        if sweep.early_end is None:
            assert len(sweep.scores) == 40
            assert "undecided after 20 pairs" in told(sweep).text
            assert told(sweep).metrics["runs_saved"] == 0


@pytest.mark.parametrize("order", range(4))
def test_the_order_in_which_runs_end_changes_no_decision(order: int) -> None:
    sweep = InMemory(made(COMPARE), scored(0.012, stream=5), order, workers=1 + 2 * order).run()
    expected = sequential_decision(differences(sweep))
    assert expected.action == "stop: different"
    assert (sweep.early_end or "").startswith(f"different after {expected.look} pairs")
    assert f"different after {expected.look} pairs" in told(sweep).text


def test_without_futility_only_a_difference_stops_it() -> None:
    text = COMPARE.replace("{}", "{futility: false, looks: [4, 8]}").replace("20", "8")
    sweep = InMemory(made(text), scored(0, stream=1)).run()
    assert sweep.early_end is None
    assert len(sweep.scores) == 16


def test_looks_default_to_four_equal_steps_and_seeds_beyond_the_last_are_not_run() -> None:
    design = made("seeds: 13\n" + ARMS + "stop: {comparison: {}}\n")
    sweep = InMemory(design, scored(0, sd=0)).run()
    assert "looks at 3, 6, 10, 13 pairs" in told(sweep).text
    given = made("seeds: 30\n" + ARMS + "stop: {comparison: {looks: [3, 9]}}\n")
    assert len(given.cells) == given.planned == 18


def lossy(gap: float, *lost: int) -> Callable[[Cell], list[float] | None]:
    """Scores as of ``scored``; the runs of batch size 16 with these seeds fail."""

    def curve(cell: Cell) -> list[float] | None:
        failed = cell.options.seed in lost and cell.options.batch_size == 16
        return None if failed else scored(gap)(cell)

    return curve


def test_a_failed_run_could_overturn_a_difference_of_few_pairs() -> None:
    sweep = InMemory(made(COMPARE), lossy(0.3, 3), workers=1).run()
    assert (sweep.early_end or "").startswith("different after 5 pairs")
    wins = len(differences(sweep))
    least = next(n for n in range(5, 20) if stats.binomtest(n, n + 1).pvalue <= 0.0172)
    assert wins == least, "only now it holds with the lost pair at its worst"
    assert p_with_lost([0.3] * 5, 1) == pytest.approx(stats.binomtest(5, 6).pvalue)


def test_failures_that_could_overturn_a_difference_are_told_at_the_end() -> None:
    sweep = InMemory(made(COMPARE.replace("20", "8")), lossy(0.3, 1, 4, 6), workers=1).run()
    assert sweep.early_end is None
    assert len(sweep.scores) == 13
    assert "The 3 pairs with a failed run could overturn it" in told(sweep).text


def test_evidence_with_a_failed_run_needs_more_pairs() -> None:
    whole = InMemory(made(ANYTIME), scored(0.3), workers=1).run()
    lost = InMemory(made(ANYTIME), lossy(0.3, 1), workers=1).run()
    assert (lost.early_end or "").startswith("different after")
    assert len(differences(lost)) > len(differences(whole))
    assert p_with_lost(differences(lost), 1) <= 0.005


def test_ranks_hold_a_look_back_where_a_run_collapsed() -> None:
    """Both runs of one pair collapse: t sees five like differences, five ranks show nothing."""

    def collapsed(cell: Cell) -> list[float] | None:
        found = scored(0.05, sd=0.002)(cell)
        fell = cell.options.seed == 2
        return [score - 0.8 for score in found] if found and fell else found

    usual = InMemory(made(COMPARE), scored(0.03), workers=1).run()
    for text, pairs in ((COMPARE, 10), (ANYTIME, 6)):
        sweep = InMemory(made(text), collapsed, workers=1).run()
        assert (sweep.early_end or "").startswith("different after ")
        assert len(differences(sweep)) == pairs, "six ranks can show a difference, five cannot"
    assert len(differences(usual)) == 5

    def and_one_lost(cell: Cell) -> list[float] | None:
        less = 0.06 * (cell.options.seed == 4 and cell.options.batch_size == 8)
        return [score - less for score in collapsed(cell) or []]

    six = "looks: [5, 6]"
    few = InMemory(made(COMPARE.replace("20", "6").replace("{}", f"{{{six}}}")), and_one_lost).run()
    assert sequential_decision(differences(few), (5, 6)).action == "stop: different"
    assert few.early_end is None
    assert "by the sign test no look shows a difference" in told(few).text


ANYTIME = "seeds: 40\n" + ARMS + "stop: {anytime: {}}\n"


def test_evidence_may_be_looked_at_after_every_pair() -> None:
    sweep = InMemory(made(ANYTIME), scored(0.03), workers=1).run()
    found = differences(sweep)
    values = [e_value(found[:n]) for n in range(2, len(found) + 1)]
    assert values[-1] >= 20
    assert max(values[:-1]) < 20
    assert sweep.early_end == f"different after {len(found)} pairs, e-value {values[-1]:.3g}"
    assert len(sweep.scores) < 40
    assert "(20 is enough)" in told(sweep).text
    assert told(sweep).metrics["runs_saved"] == 80 - len(sweep.scores)


def test_without_a_difference_every_seed_runs() -> None:
    sweep = InMemory(made(ANYTIME.replace("40", "12")), scored(0, stream=3)).run()
    assert sweep.early_end is None
    assert "not decided after 12 pairs" in told(sweep).text


def test_runs_that_do_not_vary_stop_no_sweep_before_their_order_shows_a_difference() -> None:
    """Two runs against two can be in this order by chance (p = .125), three hardly (.03)."""
    looks = COMPARE.replace("{}", "{looks: [2, 3, 6]}").replace("20", "6")
    sweep = InMemory(made(looks), scored(0.12, sd=0), workers=1, examples=100).run()
    assert (sweep.early_end or "").startswith("different after 2 pairs")
    assert len(differences(sweep)) == 3
    half = InMemory(made(looks), scored(0.12, sd=0), workers=1, examples=100).run(most=4)
    assert half.early_end is None
    assert "do not vary: their order shows no difference" in told(half).text
    sweep = InMemory(made(ANYTIME.replace("40", "8")), scored(0.12, sd=0), examples=100).run()
    assert (sweep.early_end or "").startswith("different after 5 pairs, e-value")
    unknown = InMemory(made(ANYTIME.replace("40", "8")), scored(1 / 3, sd=0)).run()
    assert unknown.early_end is None, "of equal differences without a step no spread is known"


def test_pairs_that_all_differ_alike_are_judged_as_those_of_which_one_differs_by_a_step() -> None:
    def shifted(less: float) -> Callable[[Cell], list[float]]:
        def curve(cell: Cell) -> list[float]:
            odd = cell.options.seed == 3 and cell.options.batch_size == 8
            score = 0.51 + 0.02 * cell.options.seed + 0.2 * (cell.options.batch_size == 8)
            return [score - less * odd]

        return curve

    for text in (COMPARE, ANYTIME):
        alike = InMemory(made(text), shifted(0), workers=1, examples=100).run()
        nearly = InMemory(made(text), shifted(0.01), workers=1, examples=100).run()
        assert len(differences(alike)) == len(differences(nearly)) == 5
        assert (alike.early_end or "").startswith("different after 5 pairs")


def test_the_rules_take_the_real_number_of_test_examples() -> None:
    """A fall by .5 is a collapse of a network scored on 1,000 examples, and chance on 60."""

    def dips(cell: Cell) -> list[float]:
        lower = 0.5 * (cell.options.seed == 2)
        return [score - lower for score in scored(0.02, sd=0.002)(cell)]

    def pairs(examples: int | None) -> int:
        return len(differences(InMemory(made(COMPARE), dips, workers=1, examples=examples).run()))

    assert [pairs(examples) for examples in (60, None, 1000)] == [5, 10, 10]


def test_pairs_of_runs_with_the_same_weights_count_once() -> None:
    """Seeds that change nothing end the sweep; of a source that does nothing, pairs are repeats."""

    def run(text: str, every: int) -> InMemory:
        curve = scored(0.03, sd=0.001)

        def same(cell: Cell) -> list[float]:
            seed = cell.options.seed // every * every
            return curve(replace(cell, id=f"{seed:x}{cell.options.batch_size:x}"))

        def weights(cell: Cell) -> str:
            return f"{cell.options.batch_size} {cell.options.seed // every}"

        return InMemory(made(text), same, workers=1, weights=weights).run()

    for text in (COMPARE, ANYTIME):
        assert len(differences(run(text, 1))) == 5
        nothing = run(text, 1000)
        assert (nothing.early_end or "").startswith("the runs of each configuration have the same")
        assert len(differences(nothing)) == 3
        assert len(differences(run(text, 2))) in {9, 10}


PRECISE = "seeds: 60\nstop: {precision: {half_width: 0.004, pilot: 10}}\n"


def test_precision_runs_as_many_as_stein_says_for_each_configuration() -> None:
    def uneven(cell: Cell) -> list[float]:
        return scored(0, sd=0.004 if cell.options.batch_size == 8 else 0.009)(cell)

    sweep = InMemory(made(PRECISE + ARMS), uneven).run()
    for batch in (8, 16):
        cells = [cell for cell in sweep.cells.values() if cell.options.batch_size == batch]
        assert [cell.options.seed for cell in cells] == list(range(len(cells)))
        pilot = [sweep.scores[cell.id] for cell in cells[:10]]
        assert len(cells) == stein_runs(pilot, 0.004)
        assert (
            f"batch_size={batch}: ± 0.40 points at 95 % confidence takes {len(cells)} runs by"
            in (told(sweep).text)
        )
    assert told(sweep).metrics["runs_saved"] == 120 - len(sweep.cells)
    assert len(sweep.design.cells) == 20
    assert sweep.design.planned == 120


def test_precision_counts_runs_with_the_same_weights_once() -> None:
    def same(cell: Cell) -> list[float]:
        return [0.9 if cell.options.batch_size == 8 else scored(0, sd=0.006)(cell)[0]]

    def weights(cell: Cell) -> str:
        return "8" if cell.options.batch_size == 8 else cell.id

    sweep = InMemory(made(PRECISE + ARMS), same, weights=weights).run()
    of_eight = [cell for cell in sweep.cells.values() if cell.options.batch_size == 8]
    assert len(of_eight) == 10
    said = told(sweep).text
    assert "batch_size=8: the runs of the pilot have the same weights and count once" in said
    assert "batch_size=16: ± 0.40 points" in said


def test_precision_that_takes_more_seeds_than_there_are_says_so() -> None:
    sweep = InMemory(made(PRECISE.replace("60", "15")), scored(0, sd=0.02)).run()
    needed = stein_runs([sweep.scores[cell.id] for cell in sweep.design.cells], 0.004)
    assert len(sweep.scores) == 15
    assert f"takes {needed} runs by Stein's rule" in told(sweep).text
    assert "15 of them are done" in told(sweep).text


@pytest.mark.parametrize("order", range(3))
def test_precision_and_budget_share_out_the_runs_the_same_in_any_order(order: int) -> None:
    text = PRECISE.replace("}}", "}, budget: {runs: 31}}") + ARMS
    sweep = InMemory(made(text), scored(0, sd=0.02), order, workers=1 + order).run()
    seeds = [
        max(c.options.seed for c in sweep.cells.values() if c.options.batch_size == batch)
        for batch in (8, 16)
    ]
    assert len(sweep.scores) == 31
    assert seeds == [15, 14]


def test_a_pilot_that_failed_goes_no_further() -> None:
    sweep = InMemory(made(PRECISE), lambda _: None).run()
    assert len(sweep.cells) == 10
    assert "fewer than two results" in told(sweep).text


@pytest.mark.parametrize("workers", [1, 4])
def test_a_budget_of_runs_is_kept_exactly_and_leaves_the_arms_balanced(workers: int) -> None:
    sweep = InMemory(
        made("seeds: 9\nstop: {budget: {runs: 7}}\n" + ARMS), scored(0), workers=workers
    ).run()
    assert [cell.options.batch_size for cell in sweep.cells.values()] == [8, 16] * 3 + [8]
    assert len(sweep.scores) == 7
    assert "budget of 7 runs is spent" in told(sweep).text
    assert "saved 11 of the 18 runs" in told(sweep).text


def test_a_budget_of_minutes_starts_no_run_beyond_it() -> None:
    sweep = InMemory(made("seeds: 30\nstop: {budget: {minutes: 12}}\n"), scored(0), workers=2).run()
    assert sweep.early_end == "the budget of 12 minutes of training is spent"
    assert 12 <= len(sweep.scores) <= 13
    assert "the budget of 12 minutes" in told(sweep).text
    ample = made("seeds: 5\nstop: {budget: {minutes: 12, runs: 20}}\n")
    assert "Every cell of the design ran" in told(InMemory(ample, scored(0)).run()).text


def test_a_budget_beside_a_comparison() -> None:
    text = COMPARE.replace("{}}", "{}, budget: {minutes: 7}}")
    sweep = InMemory(made(text), scored(0.05), workers=1).run()
    assert sweep.early_end == "the budget of 7 minutes of training is spent"
    assert len(sweep.scores) == 7
    assert "not decided after 0 pairs" in told(sweep).text
