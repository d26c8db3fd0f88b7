"""What the report collects, on sweeps whose truth is known."""

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np
import pytest

from seedbed.analysis.answers.compare import compare_sweep
from seedbed.analysis.answers.comparison.comparison_answer import Terms
from seedbed.analysis.answers.inputs.recorded_sweep import recorded
from seedbed.analysis.findings.collect import collect
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.findings.pairwise import match_arms
from seedbed.analysis.findings.predictions.stacked_predictions import stack_predictions
from seedbed.analysis.statistics.spread import describe
from seedbed.system.errors import InputError, StoreError
from seedbed.tracking.records import Predictions, RunRecord, SweepRecord
from seedbed.tracking.run_states import State
from tests.analysis.fake_sweep import Fake, Truth


def edited(sweep: SweepRecord, change: Callable[[RunRecord], RunRecord]) -> SweepRecord:
    return dataclasses.replace(sweep, runs=tuple(change(run) for run in sweep.runs))


def test_numbers_are_those_of_the_statistics() -> None:
    sweep = Fake().build()
    found = collect(sweep)
    for arm, value in zip(found.arms, ("32", "256"), strict=True):
        scores = [
            run.metrics["test_accuracy"] for run in sweep.runs if run.options["batch_size"] == value
        ]
        assert arm.spread == describe(scores)
        assert [dot.accuracy for dot in arm.dots] == scores


def test_difference_is_paired_by_the_seeds_that_vary() -> None:
    sweep = Fake().build()
    backwards = dataclasses.replace(sweep, runs=(*sweep.runs[:5], *reversed(sweep.runs[5:])))
    first, second = collect(sweep).duels[0], collect(backwards).duels[0]
    assert first.seeds == second.seeds == ((0,), (1,), (2,), (3,), (4,))
    assert first.differences == second.differences
    assert first.comparison == second.comparison
    scores = {run.name: run.metrics["test_accuracy"] for run in sweep.runs}
    expected = [scores[f"batch_size=32 seed={s}"] - scores[f"batch_size=256 seed={s}"]
                for s in range(5)]  # fmt: skip
    assert first.differences == pytest.approx(expected)


def test_of_a_search_only_the_runs_on_fresh_seeds_are_compared() -> None:
    arms = {"16": Truth(0.02), "32": Truth(0.045), "256": Truth(0.06)}
    every = Fake(configurations=arms, seeds=(0, 1, 2, 3, 4)).build()
    runs = [r for r in every.runs if r.options["batch_size"] != "16" or r.options["seed"] in (0, 1)]
    search = dataclasses.replace(every, runs=tuple(runs), fresh_seeds=(2, 3, 4), planned=12)
    found = collect(search)
    assert [(arm.label, len(arm.dots)) for arm in found.arms] == [
        ("batch_size=32", 3),
        ("batch_size=256", 3),
    ]
    assert found.duels[0].seeds == ((2,), (3,), (4,))
    assert any("fresh seeds (2, 3 and 4)" in said and "6 of 12" in said for said in found.detail)
    assert (found.counts.finished, found.counts.missing) == (12, 0)


def test_a_search_that_is_not_over_says_that_its_best_flatter() -> None:
    found = collect(dataclasses.replace(Fake().build(), fresh_seeds=(7, 8)))
    assert [len(arm.dots) for arm in found.arms] == [5, 5]
    assert any("No run on the search's fresh seeds" in said for said in found.detail)


def test_a_seed_without_partner_is_left_out_of_the_comparison_only() -> None:
    found = collect(Fake(states={("256", 3): "failed"}).build())
    assert len(found.arms[0].dots) == 5
    assert found.duels[0].seeds == ((0,), (1,), (2,), (4,))
    assert found.duels[0].comparison.paired


def test_a_failed_run_that_could_overturn_a_difference_leaves_it_undecided() -> None:
    clear = {"32": Truth(0.03), "256": Truth(0.25)}
    whole = collect(Fake(clear, states={("256", 3): "stopped"}).build()).duels[0]
    assert (whole.comparison.failed, whole.verdict.verdict) == (0, "different")
    duel = collect(Fake(clear, states={("256", 3): "failed"}).build()).duels[0]
    assert (duel.comparison.n_a, duel.comparison.failed_b) == (4, 1)
    assert duel.verdict.verdict == "undecided"
    assert "sign test, failed runs at their worst, p = 0.38" in duel.verdict.reason
    assert duel.verdict.settles == "Run again what failed (1 run), or find out why."
    many = collect(Fake(clear, seeds=range(12), states={("256", 3): "failed"}).build()).duels[0]
    assert (many.comparison.n_a, many.verdict.verdict) == (11, "different")


def test_too_few_common_seeds_are_compared_as_two_groups() -> None:
    cells = [("32", s) for s in range(4)] + [("256", s) for s in range(5, 10)]
    lost: dict[tuple[str, int], State] = dict.fromkeys(cells, "failed")
    found = collect(Fake(seeds=range(10), states=lost).build())
    duel = found.duels[0]
    assert len(found.arms[0].dots) == 6
    assert len(found.arms[1].dots) == 5
    assert not duel.comparison.paired
    assert (duel.comparison.n_a, duel.comparison.n_b) == (6, 5)
    assert any("two groups" in caveat for caveat in found.caveats)


@pytest.mark.parametrize("name", ["init", "init_seed", "seed_init"])
def test_seeds_are_found_by_the_name_of_their_source(name: str) -> None:
    sweep = Fake().build()
    renamed = edited(
        sweep,
        lambda run: dataclasses.replace(
            run, options={"batch_size": run.options["batch_size"], name: run.options["seed"]}
        ),
    )
    found = collect(dataclasses.replace(renamed, sources=("init",)))
    assert found.duels[0].seeds == ((0,), (1,), (2,), (3,), (4,))


def test_true_parts_of_the_spread_lie_in_their_intervals() -> None:
    truth = Truth(error=0.05, genuine_sd=0.008)
    sweep = Fake(configurations={"32": truth}, seeds=range(12), rng_seed=4).build()
    split = collect(sweep).arms[0].split
    assert split is not None
    assert split.genuine.low is not None
    assert split.genuine.high is not None
    assert 0 < split.genuine.low < 0.008 < split.genuine.high
    assert split.finite_test_set == pytest.approx(0.0045, abs=0.0007)
    assert split.observed == pytest.approx(
        np.hypot(split.genuine.value, split.finite_test_set), rel=1e-9
    )


def test_a_spread_that_the_test_set_explains_is_not_called_genuine() -> None:
    sweep = Fake(configurations={"32": Truth(0.05, genuine_sd=0.0)}, seeds=range(8)).build()
    found = collect(sweep)
    split = found.arms[0].split
    assert split is not None
    assert split.genuine.low is not None
    assert split.genuine.low <= 0
    assert "no variation of the models themselves is detectable" in found.spread_words[0]


def test_a_cell_that_failed_in_several_tries_counts_once() -> None:
    sweep = Fake(states={("256", 3): "failed"}).build()
    lost = next(run for run in sweep.runs if run.state == "failed")
    tries = tuple(dataclasses.replace(lost, run_id=f"try {n}") for n in range(2))
    found = collect(dataclasses.replace(sweep, runs=(*tries, *sweep.runs)))
    assert (found.counts.failed, found.counts.without_result) == (1, 1)
    assert sum(len(arm.failed) for arm in found.arms) == 1
    assert found.warnings[0].startswith("1 of 10 cells has no result: 1 failed.")


def test_no_cell_is_dropped_silently() -> None:
    states = {
        ("32", 0): "failed",
        ("32", 1): "killed",
        ("256", 2): "stopped",
        ("256", 3): "running",
    }
    sweep = Fake(states=states).build()  # type: ignore[arg-type]
    found = collect(dataclasses.replace(sweep, planned=12))
    tally = found.counts
    assert (tally.finished, tally.failed, tally.killed, tally.stopped, tally.running) == (
        6, 1, 1, 1, 1,
    )  # fmt: skip
    assert tally.missing == 2
    assert tally.without_result == 6
    said = " ".join(found.warnings)
    for part in ("6 of 12 cells", "1 failed", "1 killed", "1 stopped", "1 still running",
                 "2 not started"):  # fmt: skip
        assert part in said
    assert {lost.name for arm in found.arms for lost in arm.lost} == {
        "batch_size=32 seed=0", "batch_size=32 seed=1", "batch_size=256 seed=2",
        "batch_size=256 seed=3",
    }  # fmt: skip


def test_a_cell_that_was_tried_three_times_is_one_cell_without_a_result() -> None:
    sweep = Fake(seeds=(0, 1), states={("32", 0): "failed"}).build()
    tries = [
        dataclasses.replace(sweep.runs[0], run_id=f"try {n}", state="killed") for n in range(2)
    ]
    found = collect(dataclasses.replace(sweep, runs=(*sweep.runs, *tries)))
    assert (found.counts.failed, found.counts.killed, found.counts.missing) == (0, 1, 0)
    assert any("1 of 4 cells has no result: 1 killed." in said for said in found.warnings)


def test_a_finished_run_without_accuracy_is_counted_and_said() -> None:
    sweep = Fake().build()
    first = sweep.runs[0].run_id
    found = collect(
        edited(sweep, lambda r: dataclasses.replace(r, metrics={}) if r.run_id == first else r)
    )
    assert found.counts.unscored == 1
    assert len(found.arms[0].dots) == 4
    assert any("recorded no accuracy" in warning for warning in found.warnings)


def test_a_run_repeated_bit_for_bit_counts_once() -> None:
    sweep = Fake().build()
    again = dataclasses.replace(sweep.runs[0], run_id="again")
    found = collect(dataclasses.replace(sweep, runs=(*sweep.runs, again)))
    assert len(found.arms[0].dots) == 5
    assert found.counts.repeats == 1
    assert found.counts.unscored == 0
    assert any("bit for bit" in warning for warning in found.warnings)


def test_a_cell_that_cannot_be_repeated_is_named() -> None:
    sweep = Fake().build()
    again = dataclasses.replace(sweep.runs[0], run_id="again", fingerprint="0" * 64)
    found = collect(dataclasses.replace(sweep, runs=(*sweep.runs, again)))
    assert any("gave different weights" in warning for warning in found.warnings)


def test_different_environments_are_named_before_any_mean() -> None:
    found = collect(Fake(environments={("32", 1): {"commit": "abc123"}}).build())
    assert "commit (969f6690c1d2 and abc123)" in found.warnings[0]
    assert "different code versions" in found.warnings[0]
    assert "different environments (see the warning)" in found.headline
    assert found.environment[0].name == "commit"
    assert found.environment[0].differs
    assert not any(setting.differs for setting in found.environment[1:])


def test_a_script_that_ran_on_two_data_sets_is_named_before_any_mean() -> None:
    """Scripts that are compared may read data of their own, each one the same in all its runs."""
    seeds = range(5)
    own = {
        (arm, seed): {"data_sha256": digest}
        for arm, digest in (("32", "a"), ("256", "b"))
        for seed in seeds
    }

    def found(environments: Mapping[tuple[str, int], Mapping[str, str]]) -> Findings:
        sweep = Fake(environments=environments).build()
        runs = [
            dataclasses.replace(run, options={**run.options, "script": "train.py"})
            for run in sweep.runs
        ]
        return collect(dataclasses.replace(sweep, runs=tuple(runs)))

    assert not any("data_sha256" in warning for warning in found(own).warnings)
    (said,) = (
        one
        for one in found({**own, ("32", 1): {"data_sha256": "c"}}).warnings
        if "data_sha256" in one
    )
    assert said.startswith("The runs come from different data sets: they differ in data_sha256 (")


def test_an_environment_that_goes_with_the_configuration_is_named_so() -> None:
    other = {("256", seed): {"onednn": "1"} for seed in range(5)}
    found = collect(Fake(environments=other).build())
    assert any("onednn changes together with the configuration" in w for w in found.warnings)
    mixed = collect(Fake(environments={("256", 0): {"onednn": "1"}}).build())
    assert not any("together" in warning for warning in mixed.warnings)


def test_equal_environments_warn_of_nothing() -> None:
    assert collect(Fake(rng_seed=3).build()).warnings == ()


def test_models_carried_over_are_named_in_the_headline_and_their_spread_is_shown() -> None:
    truths = {"false": Truth(0.06), "true": Truth(0.045, genuine_sd=0.02)}
    found = collect(Fake(option="carry_over", configurations=truths).build())
    (warning,) = found.warnings
    assert warning.startswith("5 runs with carry_over went on with the model that earlier seeds")
    assert found.headline.endswith(
        "treating runs that continue one model as fresh (see the warning)."
    )
    fresh, carried = (arm.spread for arm in found.arms)
    assert carried is not None
    assert fresh is not None
    assert carried.sd is not None
    assert fresh.sd is not None
    assert carried.sd.value > 3 * fresh.sd.value


def test_a_collapsed_run_is_flagged_and_stays() -> None:
    found = collect(
        Fake(configurations={"32": Truth(0.05, collapse=2)}, seeds=range(8), rng_seed=2).build()
    )
    odd = [dot.name for dot in found.arms[0].dots if dot.unusual]
    assert "batch_size=32 seed=2" in odd
    assert len(found.arms[0].dots) == 8
    assert any("batch_size=32 seed=2" in warning for warning in found.warnings)
    assert found.arms[0].spread is not None
    high = found.arms[0].spread.next_run.high
    assert high is not None
    assert high <= 1


def test_holm_over_all_pairs() -> None:
    arms = {f"{i}": Truth(0.05 + 0.01 * i) for i in range(4)}
    found = collect(Fake(configurations=arms, seeds=range(6)).build())
    assert len(found.duels) == 6
    raw = sorted(duel.comparison.p or 1.0 for duel in found.duels)
    adjusted = [duel.p_adjusted or 1.0 for duel in found.duels]
    expected = np.minimum(np.maximum.accumulate([p * (6 - i) for i, p in enumerate(raw)]), 1)
    assert adjusted == pytest.approx(list(expected))
    for duel in found.duels:
        assert (duel.verdict.verdict == "different") == ((duel.p_adjusted or 1.0) < 0.05)


def test_more_seeds_settle_it_with_the_power_promised() -> None:
    found = collect(Fake(configurations={"32": Truth(0.045), "256": Truth(0.05)}).build())
    duel = found.duels[0]
    assert duel.verdict.verdict == "undecided"
    assert duel.more_seeds is not None
    from statsmodels.stats.power import TTestPower

    effect = abs(np.mean(duel.differences)) / np.std(duel.differences, ddof=1)
    total = 5 + duel.more_seeds
    assert TTestPower().power(effect, total, 0.05) >= 0.8
    assert TTestPower().power(effect, total - 1, 0.05) < 0.8


def test_predictions_are_joined_by_example() -> None:
    sweep = Fake().build()
    order = np.random.default_rng(0).permutation(2000)

    def shuffle(run: RunRecord) -> RunRecord:
        load = run.load_predictions
        assert load is not None
        if run.options["seed"] != 1:
            return run
        found = load()
        mixed = Predictions(
            found.example_ids[order],
            found.labels[order],
            found.probabilities[order],
            found.probabilities_last[order],
            found.labels_by_epoch[:, order],
        )
        return dataclasses.replace(run, load_predictions=lambda: mixed)

    straight, mixed = collect(sweep), collect(edited(sweep, shuffle))
    assert straight.arms[0].split == mixed.arms[0].split
    assert straight.arms[0].churn == mixed.arms[0].churn


def test_predictions_on_different_examples_are_not_joined() -> None:
    sweep = Fake().build()
    load = sweep.runs[0].load_predictions
    assert load is not None
    found = load()
    other = dataclasses.replace(found, example_ids=found.example_ids + 1)
    changed = dataclasses.replace(sweep.runs[0], load_predictions=lambda: other)
    stack, notes = stack_predictions([changed, *sweep.runs[1:5]])
    assert stack is None
    (note,) = notes
    assert note.startswith("the runs were tested on different examples, so no example can be ")
    labels = (found.labels + 1) % (found.labels.max() + 1)
    relabelled = dataclasses.replace(found, labels=labels)
    changed = dataclasses.replace(sweep.runs[0], load_predictions=lambda: relabelled)
    stack, (note,) = stack_predictions([changed, *sweep.runs[1:5]])
    assert stack is None
    assert "as they do if each run draws or orders it anew" in note
    assert "give what draws or splits the data one seed" in note


def test_an_unreadable_file_is_named_and_the_others_used() -> None:
    def broken() -> Predictions:
        raise StoreError("predictions.npz is truncated: run it again")

    sweep = Fake().build()
    changed = dataclasses.replace(sweep.runs[0], load_predictions=broken)
    found = collect(dataclasses.replace(sweep, runs=(changed, *sweep.runs[1:])))
    assert found.arms[0].split is not None
    assert found.arms[0].split.genuine.n == 4
    assert "batch_size=32 seed=0 are unreadable: predictions.npz is truncated" in " ".join(
        found.arms[0].notes
    )


@pytest.mark.parametrize("score", [95.2, -0.1])
def test_a_metric_that_is_no_fraction_is_refused(score: float) -> None:
    sweep = edited(
        Fake().build(), lambda run: dataclasses.replace(run, metrics={"test_accuracy": score})
    )
    with pytest.raises(InputError, match="must be a fraction from 0 to 1"):
        collect(sweep)


def test_pairing_needs_known_unique_seeds() -> None:
    found = collect(Fake().build())
    first, second = found.arms
    (both,) = match_arms([first, second])
    assert both.paired
    unknown = tuple(dataclasses.replace(dot, seeds=(None,)) for dot in first.dots)
    assert not match_arms([dataclasses.replace(first, dots=unknown), second])[0].paired
    twice = dataclasses.replace(first, dots=(*first.dots, first.dots[0]))
    assert match_arms([twice, second]) == [both], "the same seed again has no partner"


@pytest.mark.parametrize(
    ("lost", "paired"),
    [
        ({("256", 3): "failed"}, True),
        ({("256", 3): "failed", ("32", 4): "stopped"}, True),
        ({("64", seed): "stopped" for seed in (0, 1, 2)}, True),
        ({("64", seed): "failed" for seed in (0, 1, 2, 3)}, False),
        ({("64", 0): "stopped", ("256", 1): "failed", ("32", 2): "failed"}, True),
    ],
)
def test_the_report_pairs_the_runs_that_compare_pairs(
    lost: dict[tuple[str, int], State], paired: bool
) -> None:
    arms = {"32": Truth(0.03), "256": Truth(0.12), "64": Truth(0.05)}
    sweep = Fake(arms, states=lost).build()
    duels = {(duel.a, duel.b): duel for duel in collect(sweep).duels}
    answer = compare_sweep(recorded(sweep), Terms())
    results = answer.fields["comparisons"]
    assert isinstance(results, list | tuple)
    assert len(results) == len(duels) == 3
    for one in results:
        duel = duels[one["a"], one["b"]].comparison
        assert duel.paired is one["paired"] is paired
        assert (duel.n_a, duel.n_b) == (one["n_a"], one["n_b"])
        assert (duel.failed_a, duel.failed_b) == (one["failed_a"], one["failed_b"])
        assert duel.p == pytest.approx(one["p"])
        assert duels[one["a"], one["b"]].verdict.verdict == one["verdict"]["verdict"]


def headline(fake: Fake) -> Findings:
    return collect(fake.build())


def test_the_answer_comes_first() -> None:
    cases = {
        "points higher than": Fake(),
        "It is undecided whether": Fake(
            configurations={"32": Truth(0.045), "256": Truth(0.05)}, rng_seed=1
        ),
        "on average and scatter": Fake(configurations={"32": Truth()}),
        "one run says nothing about the spread": Fake(configurations={"32": Truth()}, seeds=(1,)),
        "bit-identical": Fake(configurations={"32": Truth()}, identical=True),
        "No answer": Fake(states={(c, s): "failed" for c in ("32", "256") for s in range(5)}),
    }
    for words, fake in cases.items():
        assert words in headline(fake).headline


def test_alike_configurations_are_not_distinguishable_from_a_reseed() -> None:
    arms = {"32": Truth(0.05, genuine_sd=0.004), "256": Truth(0.05, genuine_sd=0.004)}
    found = headline(Fake(configurations=arms, seeds=range(40), examples=1000, rng_seed=5))
    assert found.answer == "undecided"
    assert "not distinguishable from a reseed" in found.detail[0]


def test_identical_runs_have_no_interval() -> None:
    found = headline(Fake(identical=True))
    for arm in found.arms:
        assert arm.bit_identical
        assert arm.split is None
        assert arm.spread is not None
        assert arm.spread.mean.low is None
    assert found.answer == "undecided"
    assert found.duels[0].p_adjusted is None


def test_different_weights_with_equal_scores_are_not_called_bit_identical() -> None:
    sweep = edited(
        Fake(configurations={"32": Truth()}, predictions=False).build(),
        lambda run: dataclasses.replace(run, metrics={"test_accuracy": 0.95}),
    )
    found = collect(sweep)
    assert not found.arms[0].bit_identical
    assert "bit-identical" not in found.headline + " ".join(found.arms[0].notes)
    assert "scored exactly 95.00 %" in found.headline


def test_many_configurations_are_told_of_the_winners_luck() -> None:
    arms = {f"{i}": Truth(0.05) for i in range(20)}
    found = headline(Fake(configurations=arms, seeds=range(3), examples=300))
    assert len(found.duels) == 190
    assert "is optimistic" in " ".join(found.detail)
