"""A comparison that is looked at more than once says what its looks allow."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from seedbed.analysis.answers.compare import compare_sweep
from seedbed.analysis.answers.comparison.comparison_answer import Terms, compare_scores
from seedbed.analysis.answers.inputs.recorded_sweep import recorded
from seedbed.analysis.findings.collect import collect
from seedbed.analysis.findings.look_plan import look_plan
from seedbed.analysis.statistics.arms.comparison import LookState
from seedbed.analysis.statistics.arms.many import compare_many
from seedbed.analysis.statistics.stopping.looks import LookPlan, look_state, look_state_unpaired
from seedbed.analysis.statistics.stopping.sequential import SequentialDecision
from seedbed.system.errors import InputError
from tests.analysis.fake_sweep import Fake

FOUR = LookPlan((5, 10, 15, 20))
RNG = np.random.default_rng(3)
LIKELY = np.array([0.5, 1.2, -0.3, 1.1, 0.7, 0.4, -0.2, 1.3, 0.2, 0.6])  # t of the first 5: p = .07


def test_the_plan_says_which_look_it_is_and_what_comes_next() -> None:
    found = look_state(LIKELY[:5], FOUR)
    assert found is not None
    assert (found.text, found.is_different) == ("look 1 of 4: go on to 10 pairs", False)
    later = look_state(LIKELY, FOUR)
    assert later is not None
    assert (later.text, later.is_different) == ("look 2 of 4: different", True)
    assert later.e_value is not None
    assert later.e_value > 1


def test_a_look_outside_the_plan_leaves_the_e_value() -> None:
    assert look_state(LIKELY, LookPlan(spent=(10,))) is None, "the same look again"
    found = look_state(LIKELY, LookPlan(spent=(5,)))
    assert found is not None
    assert "a look at 5 runs that were not planned, an e-value of 20 decides" in found.text
    assert found.is_different == (found.e_value is not None and found.e_value >= 20)
    spent = look_state(LIKELY, replace(FOUR, spent=(7,)))
    assert spent is not None
    assert "e-value of 20" in spent.text, "a look at 7 pairs is not the plan's"
    strict = look_state(LIKELY, LookPlan(alpha=0.01, open=True))
    assert strict is not None
    assert "e-value of 100" in strict.text


def test_unpaired_runs_may_spend_a_tenth_later() -> None:
    assert look_state_unpaired(0.004, 10, LookPlan(spent=(5,))).is_different  # type: ignore[union-attr]
    assert not look_state_unpaired(0.006, 10, LookPlan(spent=(5,))).is_different  # type: ignore[union-attr]
    assert look_state_unpaired(0.03, 10, LookPlan()) is None


def test_a_verdict_followed_by_a_person_keeps_its_error_rate() -> None:
    wrong = 0
    for values in RNG.normal(size=(800, 20)):
        for n, spent in ((5, ()), (10, (5,)), (15, (5, 10)), (20, (5, 10, 15))):
            state = look_state(values[:n], LookPlan(spent=spent))
            t = values[:n].mean() / values[:n].std(ddof=1) * np.sqrt(n)
            if state.is_different if state else abs(t) > 2.776:  # t with 4 df, two-sided .05
                wrong += 1
                break
    assert wrong / 800 < 0.06 + 2 * np.sqrt(0.05 * 0.95 / 800)  # .133 with a fixed-n test


def test_a_sweep_s_stop_rule_decides_its_report_and_its_comparison() -> None:
    sweep = Fake(seeds=range(5), rng_seed=1).build()
    assert look_plan(sweep) is None
    plain = collect(sweep)
    assert plain.answer == "different"
    stop = {"comparison": {"looks": [5, 10], "alpha": 0.00001, "spending": "pocock"}}
    planned = replace(sweep, stop=stop)
    found = collect(planned)
    assert found.answer == "undecided"
    assert any("look 1 of 2: go on to 10 pairs" in line for line in found.detail)
    answer = compare_sweep(recorded(planned), Terms())
    assert answer.verdicts == ("undecided",)
    assert "look 1 of 2: go on to 10 pairs" in answer.sentences[0]
    looked = collect(replace(sweep, looks=(3,)))
    assert any("a look at 3 runs that were not planned" in line for line in looked.detail)


@pytest.mark.parametrize("rule", ["comparison", "anytime"])
def test_a_level_that_is_asked_for_leaves_a_stop_rule_its_own(rule: str) -> None:
    """The driver stopped by .05, so that decides; the interval has the level that was asked for."""
    sweep = replace(Fake(seeds=range(5), rng_seed=1).build(), stop={rule: {}})
    for level, named in ((0.95, False), (0.9, True)):
        plan = look_plan(sweep, 1 - level)
        assert plan is not None
        assert plan.alpha == 0.05
        answer = compare_sweep(recorded(sweep), Terms(level=level))
        looks = answer.fields["looks"]
        assert isinstance(looks, LookState)
        assert looks.alpha == 0.05
        text = " ".join(answer.sentences)
        assert ("its stop rule fixes their level at 95 %" in text) == named
        assert f"{100 * level:g} % interval" in text
    without = replace(sweep, stop={}, looks=(3,))
    found = compare_sweep(recorded(without), Terms(level=0.9))
    assert "an e-value of 10 decides" in " ".join(found.sentences)
    assert "stop rule" not in " ".join(found.sentences)


def test_the_json_s_plan_is_the_sweep_s() -> None:
    stop = {"comparison": {"looks": [3, 5], "alpha": 0.01}}
    sweep = replace(Fake(seeds=range(5), rng_seed=1).build(), stop=stop)
    found = compare_sweep(recorded(sweep), Terms(level=0.9)).fields
    looks, plan = found["looks"], found["sequential"]
    assert isinstance(looks, LookState)
    assert isinstance(plan, SequentialDecision)
    assert (plan.p, plan.nominal) == (looks.p, looks.nominal)


def test_a_plan_of_pairs_gives_unpaired_runs_no_boundary() -> None:
    assert not look_state_unpaired(0.02, 5, FOUR).is_different  # type: ignore[union-attr]
    last = look_state_unpaired(0.02, 20, FOUR)
    assert last is not None
    assert (last.text, last.is_different) == ("after 3 looks, p must be below 0.005", False)


@pytest.mark.parametrize("plan", [FOUR, LookPlan(spent=(3,)), LookPlan(open=True)])
def test_a_look_calls_no_difference_that_a_failed_run_could_overturn(plan: LookPlan) -> None:
    a = np.array([0.901, 0.909, 0.913, 0.904, 0.910, 0.906, 0.908, 0.911, 0.907, np.nan])
    b = np.array([0.880, 0.887, 0.883, 0.889, 0.882, 0.885, 0.881, 0.886, 0.884, 0.883])
    few = compare_scores(np.append(a[:5], np.nan), b[:6], Terms(paired=True, looks=plan))
    looks = few.fields["looks"]
    assert isinstance(looks, LookState)
    assert looks.p == pytest.approx(stats.binomtest(5, 6).pvalue), "a lost pair goes to the loser"
    assert few.verdicts == ("undecided",)
    assert "with the failed runs at their worst (p = 0.22 against" in " ".join(few.sentences)
    whole = compare_scores(a[:5], b[:5], Terms(paired=True, looks=replace(plan, spent=(3,))))
    assert whole.verdicts == ("different",), "without the failed run the look finds it"


def test_a_difference_that_holds_with_the_failed_run_at_its_worst_stands_at_a_look() -> None:
    b = np.round(RNG.normal(0.88, 0.002, 15), 3)
    a = np.append(b[:14] + np.tile([0.02, 0.03], 7), np.nan)
    found = compare_scores(a, b, Terms(paired=True, looks=LookPlan(spent=(3,))))
    assert found.verdicts == ("different",)
    assert stats.binomtest(14, 15).pvalue < 0.005
    family = {"a": a, "b": b, "c": a - 0.01}
    of = compare_many(family, paired=True, looks=LookPlan(open=True)).pairs[0]
    assert of.p_adjusted is not None
    assert of.p_adjusted >= 10 * stats.binomtest(14, 15).pvalue


@pytest.mark.parametrize("plan", [FOUR, LookPlan(open=True)])
def test_a_run_that_collapsed_after_the_look_holds_its_difference_back(plan: LookPlan) -> None:
    """Headline, interval and p are those of the sign test; the look by t does not speak alone."""
    b = np.array([0.880, 0.887, 0.883, 0.889, 0.882, 0.885, 0.881, 0.886])
    a = np.add(b, [0.020, 0.021, 0.019, 0.022, 0.020, 0.018, -0.001, -0.780])
    early = compare_scores(a[:5], b[:5], Terms(paired=True, looks=plan))
    assert early.verdicts == ("different",)
    later = compare_scores(a, b, Terms(paired=True, looks=plan))
    assert later.verdicts == ("undecided",)
    assert later.fields["p_rank"] == pytest.approx(37 / 128)
    looks = later.fields["looks"]
    assert isinstance(looks, LookState)
    assert not looks.is_different
    if plan.looks:
        assert (
            "look 1 of 4: different, which the test of all 8 pairs does not confirm" in looks.text
        )
    family = compare_many({"a": a, "b": b, "c": b + 0.001}, paired=True, looks=plan).pairs[0]
    assert family.comparison.verdict.verdict == "undecided"


def test_pairs_that_differ_alike_are_judged_at_a_look_as_those_of_which_one_differs_by_a_step() -> (
    None
):
    b = np.array([0.25, 0.251, 0.252, 0.253, 0.25])
    for plan in (LookPlan(open=True), FOUR):
        alike, nearly = (
            compare_scores(b + 0.6 + less, b, Terms(paired=True, looks=plan))
            for less in (0, np.array([0, 0, 0.001, 0, 0]))
        )
        assert alike.verdicts == nearly.verdicts == ("different",)
        counts = (b + 1 / 3) * 1000 / 999  # of more decimals than six: their step is found
        assert compare_scores(counts, b * 1000 / 999, Terms(paired=True, looks=plan)).verdicts == (
            "different",
        )


def test_looks_know_the_resolution_of_their_numbers() -> None:
    equal = np.array([0.01, 0.01])  # two equal pairs of two decimals are no proof
    state = look_state(equal, LookPlan(open=True), step=0.01)
    assert state is not None
    assert not state.is_different
    far = look_state(np.full(6, 0.81), LookPlan(open=True), step=0.01)
    assert far is not None
    assert far.is_different
    planned = look_state(np.full(10, 0.81), FOUR, step=0.01)
    assert planned is not None
    assert planned.text == "look 1 of 4: different"


@pytest.mark.parametrize("looks", ["x", [10, 5], [0], [5, 5], [2.5], [True, 5], {"5": 1}])
def test_a_damaged_plan_is_refused_in_a_sentence(looks: object) -> None:
    sweep = replace(Fake(seeds=range(3)).build(), stop={"comparison": {"looks": looks}})
    with pytest.raises(InputError, match=r"the stop rule of 'first' is damaged: its looks must be"):
        look_plan(sweep)


def test_a_spent_look_asks_for_more_than_one_look_would() -> None:
    more = LIKELY + 0.02  # p = .0098, enough for one look
    spent = compare_scores(more, 0 * more, Terms(paired=True, looks=LookPlan(spent=(5,))))
    assert spent.verdicts == ("undecided",)
    text = " ".join(spent.sentences)
    assert "after a look at 5 runs that were not planned, an e-value of 20 decides" in text
    assert "To settle it: more than 10 pairs for a difference of" in text
    assert "already suffice" not in text
    one_run = compare_scores(more, 0 * more, Terms(paired=True, looks=LookPlan(spent=(0, 1))))
    assert one_run.fields["looks"] is None, "one run could show no difference"
