"""The answer about a script's runs: its first sentence, the number and the arms asked about."""

import dataclasses
from typing import Any

import pytest

from seedbed.analysis.answers.inputs.recorded_sweep import recorded
from seedbed.analysis.answers.numbers import numbers_of_runs
from seedbed.analysis.answers.script.answer import script_answer
from seedbed.analysis.answers.script.asked import AskedOfScript
from seedbed.analysis.findings.collect import collect
from seedbed.analysis.report.of_script import with_script_answer
from seedbed.system.errors import InputError, NotRecordedError
from seedbed.tracking.records import Predictions, SweepRecord
from tests.analysis.report.test_script_runs import arms, scripts

KINDS = {
    "loss": 0.1,
    "evaluate accuracy": 0.8,
    "evaluate loss": 0.5,
    "printed eer": 0.25,
    "val_loss": 0.5,
}


def first(sweep: SweepRecord, **asked: Any) -> str:
    return script_answer(sweep, AskedOfScript(**asked)).sentences[0]


def told(text: str, rank: int, **values: float) -> dict[str, object]:
    return {"text": text, "rank": rank, "values": values}


def two_arms(place: int) -> dict[str, list[float]]:
    return {"evaluate loss": [0.5 + place / 100, 0.75 + place / 50]}


def test_arms_are_answered_with_winner_figure_and_interval() -> None:
    said = first(scripts(arms=arms))
    assert said.startswith(
        "batch_size=32 scores 9.8 points higher than batch_size=256 on this test set (95 % "
        "interval 9.46 to 10.14, 5 pairs"
    )


def test_loss_of_arms_is_compared_in_its_own_unit_and_direction() -> None:
    sweep = scripts(
        arms=arms, kinds=lambda _: KINDS, by_training=two_arms, groups=lambda _: [[0], [1]]
    )
    answer = script_answer(sweep, AskedOfScript(metric="loss"))
    assert answer.sentences[0].startswith(
        "By evaluate loss, batch_size=32 scores 0.27 lower than batch_size=256 on this test set"
    )
    assert answer.fields["number"] == {"metric": "evaluate_loss", "is": "evaluate loss"}
    assert "The number of a run, evaluate_loss, is evaluate loss: you asked for it." in (
        answer.sentences
    )


def test_number_asked_about_is_named_in_the_first_sentence() -> None:
    sweep = scripts(kinds=lambda place: {**KINDS, "printed eer": 0.25 + place / 100})
    assert first(sweep, metric="EER") == (
        "Printed eer of mnist_cnn is 27.00 % on average and scatters with a standard deviation of "
        "1.581 points (n = 5)."
    )


def test_number_that_is_not_there_is_refused_with_those_that_are() -> None:
    sweep = scripts(kinds=lambda _: KINDS)
    names = "there are loss, evaluate_accuracy, evaluate_loss, printed_eer"
    with pytest.raises(InputError, match=rf"--metric must be .* got 'hter'.* {names}"):
        first(sweep, metric="hter")
    with pytest.raises(InputError, match=r"there are .*test_accuracy"):
        first(sweep, metric="nonesuch")


def test_arms_that_a_person_names_overrule_those_found() -> None:
    sweep = scripts(arms=arms)
    runs = tuple(
        run.__class__(
            **{
                **vars(run),
                "metrics": {
                    **run.metrics,
                    "evaluate1_accuracy": 0.5 + place / 100,
                    "evaluate2_accuracy": 0.6 + place / 50,
                    "evaluate1_loss": 1.0,
                    "evaluate2_loss": 2.0 + place / 100,
                },
            }
        )
        for place, run in enumerate(sweep.runs)
    )
    sweep = sweep.__class__(**{**vars(sweep), "runs": runs})
    said = first(sweep, arms=("evaluate1", "evaluate2"))
    assert said.startswith("evaluate2 scores 12 points higher than evaluate1")
    with pytest.raises(InputError, match=r"--arms must be a number .* got 'evaluate7'"):
        first(sweep, arms=("evaluate1", "evaluate7"))
    with pytest.raises(InputError, match="--arms must name two numbers or more"):
        first(sweep, arms=("evaluate1",))


def test_a_published_number_is_set_against_the_runs_first() -> None:
    sweep = scripts(rounds=lambda _: [])
    near, far = first(sweep, published=70), first(sweep, published=99)
    assert near != far
    assert near.startswith("The published 70 % ")
    answer = script_answer(sweep, AskedOfScript(published=99))
    assert any(one.startswith("Runs of mnist_cnn score") for one in answer.sentences[1:])
    with pytest.raises(InputError, match=r"--published must be set against one number.* 2 arms"):
        first(scripts(arms=arms), published=70)


def test_what_the_script_did_is_the_answer_where_it_decides() -> None:
    said = first(
        scripts(
            story=lambda place: [
                told("Line 9 scores 20 examples: one is 5 points", 0),
                told("Fit 2 continues fit 1, at {percent_1}", 1, percent_1=0.9 + place / 100),
            ]
        )
    )
    assert said.startswith("Fit 2 continues fit 1, at 92 %; runs of mnist_cnn score ")


def test_labels_in_another_order_are_the_answer() -> None:
    said = first(
        scripts(
            other_order=lambda _: ["line 9", 0.25, 0.75],
            story=lambda _: [told("Fit 2 continues fit 1", 1)],
        )
    )
    assert said.startswith(
        "Predictions and labels agree in another order: 0.75, not 0.25 as line 9 computes it "
        "(means over 5 runs); runs of mnist_cnn score "
    )


def test_an_odd_run_is_named_with_its_seed_and_what_runs_it_again() -> None:
    sweep = scripts()
    runs = [
        dataclasses.replace(
            run,
            options={**run.options, "script": "train.py", "arguments": ""},
            metrics={"test_accuracy": 0.1 if not place else 0.9 + place / 1000},
            load_predictions=None,
        )
        for place, run in enumerate(sweep.runs)
    ]
    answer = script_answer(dataclasses.replace(sweep, runs=tuple(runs)))
    assert (
        f"10 % ({runs[0].name}) lies far from the others and widens every interval: look at it "
        f"(seedbed repeat --run {runs[0].run_id} runs it again)."
    ) in answer.sentences


def test_advice_on_runs_without_predictions_names_the_command_that_takes_it() -> None:
    def nothing() -> Predictions:
        raise NotRecordedError("there is no such file")

    sweep = scripts()
    for load in (None, nothing):
        runs = tuple(dataclasses.replace(run, load_predictions=load) for run in sweep.runs)
        said = " ".join(script_answer(dataclasses.replace(sweep, runs=runs)).sentences)
        assert "seedbed spread first --test-size N" in said


def test_interval_of_a_number_that_is_never_negative_ends_at_0() -> None:
    sweep = scripts(kinds=lambda place: {"printed test mse": [1.0, 2, 30, 4, 5][place]})
    answer = script_answer(sweep, AskedOfScript(metric="test mse"))
    assert "The next run will score between 0 and " in " ".join(answer.sentences)


def test_equal_runs_that_kept_their_seeds_say_what_that_means() -> None:
    sweep = scripts()
    runs = tuple(
        dataclasses.replace(
            run,
            options={**run.options, "keep_seeds": True},
            metrics={"test_accuracy": 0.9},
            load_predictions=None,
            fingerprint="ab",
        )
        for run in sweep.runs
    )
    sweep = dataclasses.replace(sweep, runs=runs)
    said = first(sweep)
    assert said.startswith("Runs of mnist_cnn score 90 % in all 5 runs, with the same weights bit ")
    assert "kept the script's own seeds (--keep-seeds)" in said
    assert with_script_answer(collect(sweep), sweep, AskedOfScript()).settles is None


def test_cause_is_told_with_the_spread() -> None:
    said = first(scripts(story=lambda _: [told("The first weights are drawn in line 3", 5)]))
    assert said.startswith("Runs of mnist_cnn score ")
    assert said.endswith("(n = 5): the first weights are drawn in line 3.")


def test_rounds_say_where_one_training_lands() -> None:
    said = first(scripts(rounds=lambda place: [0.5, 0.6 + place / 1000]))
    assert said.startswith(
        "The 2 trainings of a run differ by chance: one scores 55.1 % on average with a standard "
        "deviation of 7.213 points, so one alone lands between "
    )
    assert "2 trainings in each of 5 runs" in said
    assert "; the mean of the 2 has a standard deviation of 0.07906 points from run" in said


def test_two_seeds_in_one_script_are_no_two_models() -> None:
    said = first(
        scripts(
            rounds=lambda place: [0.5, 0.6 + place / 1000],
            seeded_rounds=lambda _: ["123 (line 9)", "456 (line 14)"],
        )
    )
    assert said.startswith(
        "The trainings differ in their seed alone (123 (line 9) and 456 (line 14)): by chance two "
        "seeds of this network are 8.139 points apart on average, and up to 26.22 points in 95 %"
    )


def test_report_of_a_loss_has_its_verdict() -> None:
    from seedbed.analysis.findings.collect import collect

    sweep = scripts(
        arms=arms, kinds=lambda _: KINDS, by_training=two_arms, groups=lambda _: [[0], [1]]
    )
    found = with_script_answer(collect(sweep), sweep, AskedOfScript(metric="loss"))
    assert (found.answer, found.headline.startswith("By evaluate loss, batch_size=32 scores")) == (
        "different",
        True,
    )


def test_other_course_says_what_became_of_the_number() -> None:
    from seedbed.analysis.answers.script.alternative import alternative_answer
    from seedbed.analysis.findings.script.script_runs import Told

    before = scripts()
    runs = tuple(
        dataclasses.replace(
            run, metrics={"test_accuracy": run.metrics["test_accuracy"] - 0.05 - place / 1000}
        )
        for place, run in enumerate(before.runs)
    )
    after = dataclasses.replace(before, runs=runs)
    told_ = Told("Fit 2 continues fit 1", 1, 5, "rebuild", "line 113")
    answer = alternative_answer(before, after, told_, AskedOfScript())
    assert answer.sentences[0].startswith("Built anew before line 113 it ends at ")
    assert ": 5.2 points lower (95 % interval " in answer.sentences[0]
    few = dataclasses.replace(after, runs=runs[:1])
    with pytest.raises(InputError, match="--try needs two runs on both courses, got 1"):
        alternative_answer(before, few, told_, AskedOfScript())


def test_rounds_seeded_alike_say_what_is_left_of_their_spread() -> None:
    from seedbed.analysis.answers.script.alternative import alternative_answer
    from seedbed.analysis.findings.script.script_runs import Told

    told_ = Told("Fits 2 to 3 begin with fresh weights", 0, 5, "reseed", "line 11")
    before = scripts(rounds=lambda place: [0.5, 0.6 + place / 100, 0.7])

    def answer(rounds: Any) -> str:
        after = scripts(rounds=rounds)
        return alternative_answer(before, after, told_, AskedOfScript()).sentences[0]

    assert answer(lambda _: [0.5, 0.5, 0.5]) == (
        "With every generator seeded alike before each round of line 11, all 3 rounds of a run "
        "give one number, where they scatter with a standard deviation of 10.1 points (n = 5): "
        "the generator that goes on is all that tells them apart."
    )
    assert answer(lambda _: [0.65, 0.65, 0.65]) == answer(lambda _: [0.5, 0.5, 0.5])
    rest = answer(lambda place: [0.5, 0.52 + place / 500, 0.56])
    assert "scatter with a standard deviation of 3.024 points, not 10.1 points: 7.075 " in rest
    assert " points less (95 % interval 6.916 to 7.233, 5 pairs)" in rest


def test_cross_validation_is_answered_by_the_mean_of_its_folds_with_the_cause() -> None:
    said = first(
        scripts(
            rounds=lambda _: [0.5, 0.6],
            are_folds=lambda _: True,
            story=lambda _: [told("The first weights are drawn in line 3", 5)],
        )
    )
    assert said.startswith("Runs of mnist_cnn score 94.95 % (the mean of 2 folds) on average")
    assert said.endswith(": the first weights are drawn in line 3.")


def test_random_splits_are_not_called_folds() -> None:
    kind = {"are_folds": lambda _: True, "kind_of_rounds": lambda _: "random splits"}
    said = first(scripts(rounds=lambda _: [0.5, 0.6], **kind))
    assert said.startswith("Runs of mnist_cnn score 94.95 % (the mean of 2 random splits) on")


def test_an_arm_without_a_setting_is_called_by_its_name_alone() -> None:
    named = {"with augmentation": 0.9, "without augmentation": 0.8}

    def with_spread(place: int) -> list[dict[str, Any]]:
        return [
            {"name": name, "differs": {"layers": name}, "values": [value + place**2 / 1000]}
            for name, value in named.items()
        ]

    said = first(scripts(arms=with_spread))
    assert said.startswith("with augmentation scores 10 points higher than without augmentation")


def test_what_a_search_picks_is_told_with_the_number_of_runs() -> None:
    said = first(scripts(picked=lambda place: "rate=0.1" if place else "rate=0.5"))
    assert said.endswith("and its search picks rate=0.1 in 4 of 5 runs and rate=0.5 in 1.")
    said = first(scripts(picked=lambda _: "rate=0.1"))
    assert said.endswith("(n = 5), and its search picks rate=0.1 in every run.")
    said = first(scripts(picked=lambda place: f"rate={place}"))
    assert said.endswith("rate=0 in 1 of 5 runs, rate=1 in 1, rate=2 in 1 and others in 2.")


def test_mean_of_folds_is_named_once() -> None:
    number = {"metric": "headline", "is": "mean over 2 folds of mae of evaluate (line 6)"}
    sweep = scripts(rounds=lambda _: [0.5, 0.6], are_folds=lambda _: True, number=lambda _: number)
    runs = tuple(
        dataclasses.replace(run, metrics={"headline": 0.5 + place / 100})
        for place, run in enumerate(sweep.runs)
    )
    said = first(dataclasses.replace(sweep, runs=runs))
    assert said.startswith(
        "The mean over 2 folds of mae of evaluate (line 6) of mnist_cnn is 0.52 "
    )


def test_rows_that_change_from_run_to_run_are_a_cause() -> None:
    cause = [told("The order of the rows in line 9 comes from TensorFlow's generator", 5)]
    said = first(
        scripts(
            story=lambda _: cause,
            test_rows=lambda place: f"rows {place}",
            unseeded_splits=lambda _: ["line 3"],
        )
    )
    assert said.endswith(
        ": the order of the rows in line 9 comes from TensorFlow's generator; and the rows that "
        "score it change from run to run, split without a seed in line 3."
    )


def test_arms_that_differ_in_a_layer_are_named_by_what_differs() -> None:
    def layers(place: int) -> list[dict[str, object]]:
        return [
            {**arm, "name": f"rate={rate}", "differs": {"layer 3 Dropout rate": rate}}
            for arm, rate in zip(arms(place), (0.0, 0.5), strict=True)
        ]

    assert first(scripts(arms=layers)).startswith("rate=0.0 scores 9.8 points higher than rate=0.5")


def test_arms_that_differ_in_a_regulariser_or_a_momentum_are_named_by_it() -> None:
    def two(name: str, setting: str, values: list[object]) -> str:
        def own(place: int) -> list[dict[str, object]]:
            return [
                {**arm, "name": f"{name}={value}", "differs": {setting: value}}
                for arm, value in zip(arms(place), values, strict=True)
            ]

        return first(scripts(arms=own))

    said = two("regularizer", "layer 2 Dense regularizer", ["None", "L1L2(l1=0.1, l2=0.2)"])
    assert said.startswith("regularizer=None scores 9.8 points higher than regularizer=L1L2(l1=0.1")
    said = two("momentum", "optimizer momentum", [0.0, 0.9])
    assert said.startswith("momentum=0.0 scores 9.8 points higher than momentum=0.9")


def test_verdict_names_the_rows_that_it_is_about() -> None:
    rows = scripts(arms=arms, test_rows=lambda place: f"rows {place}")
    assert "on test sets that change from run to run (95 % interval" in first(rows)
    validation = {"metric": "test_accuracy", "is": "last val_accuracy of fit 1", "why": "no test"}
    answer = script_answer(scripts(arms=arms, number=lambda _: validation), AskedOfScript())
    assert "on this validation set (" in answer.sentences[0]
    assert not any("on this test set" in one for one in answer.sentences)
    assert sum(one.startswith("batch_size=32 scores") for one in answer.sentences) == 1
    assert first(scripts(number=lambda _: validation)).startswith(
        "The last val_accuracy of fit 1 of"
    )


def test_numbers_of_two_groups_of_flags_are_found_under_their_recorded_names() -> None:
    sweep = scripts()
    runs = tuple(
        dataclasses.replace(
            run,
            options={**run.options, "arguments": f"--lr {rate}"},
            run_id=f"{run.run_id} {rate}",
            cell=f"{run.cell} {rate}",
        )
        for rate in (1, 2)
        for run in sweep.runs
    )
    both = dataclasses.replace(sweep, runs=runs, varied=(*sweep.varied, "arguments"))
    text = numbers_of_runs(recorded(both)).text
    assert "lr=1" in text


def test_runs_of_a_script_without_accuracy_are_not_said_to_be_left_out() -> None:
    number = {
        "metric": "headline",
        "is": "the printed 'mae'",
        "why": "the script gives no accuracy",
    }
    sweep = scripts(number=lambda _: number)
    runs = tuple(
        dataclasses.replace(run, metrics={"headline": 0.75 + place / 100})
        for place, run in enumerate(sweep.runs)
    )
    found = recorded(dataclasses.replace(sweep, runs=runs), arms=False)
    assert any("recorded no accuracy" in note for note in found.notes)
    text = numbers_of_runs(found, about_script=script_answer(found.sweep, AskedOfScript())).text
    assert "The printed 'mae' of mnist_cnn is 0.77 on average" in text
    assert "recorded no accuracy" not in text


def test_table_names_the_arm_that_a_number_is_of() -> None:
    sweep = scripts(arms=arms)
    runs = tuple(
        dataclasses.replace(
            run,
            metrics={
                "printed_accuracy": run.script["arms"][0]["values"][0],
                "printed_accuracy_2": run.script["arms"][1]["values"][0],
                "loss": 0.5 + place / 10,
            },
        )
        for place, run in enumerate(sweep.runs)
    )
    table = numbers_of_runs(recorded(dataclasses.replace(sweep, runs=runs), arms=False)).text
    assert "\nprinted_accuracy (batch_size=32) " in table
    assert "\nprinted_accuracy_2 (batch_size=256) " in table
    assert "\nloss  " in table
    shorter = dataclasses.replace(runs[-1], script={"arms": runs[-1].script["arms"][:1]})
    mixed = dataclasses.replace(sweep, runs=(*runs[:-1], shorter))
    assert "\nprinted_accuracy  " in numbers_of_runs(recorded(mixed, arms=False)).text


def test_a_long_table_keeps_what_has_a_name_and_says_where_all_are() -> None:
    printed = ["0_recall", "0_support", "accuracy", "number_2", "macro_avg_f1-score"]
    sweep = scripts()
    runs = tuple(
        dataclasses.replace(
            run,
            metrics={
                **run.metrics,
                **{f"printed_{name}": place * 1.0 for name in printed},
                **{f"same_{letter}": 1.0 for letter in "abcd"},
            },
        )
        for place, run in enumerate(sweep.runs)
    )
    found = recorded(dataclasses.replace(sweep, runs=runs), arms=False)
    whole = numbers_of_runs(found).text
    rows = [line.split()[0] for line in whole.splitlines() if line.startswith("printed")]
    named, by_class, aside = rows[:1], rows[1:3], rows[3:]
    assert named == ["printed_accuracy"]
    assert by_class == ["printed_0_recall", "printed_macro_avg_f1-score"]
    assert aside == ["printed_0_support", "printed_number_2"]
    assert "seedbed numbers" not in whole
    cut = numbers_of_runs(found, most=2).text
    assert "\nprinted_accuracy " in cut
    assert "printed_0_recall" not in cut
    assert "\nand 4 more\n" in cut
    assert "The same in every run: same_a 1 and 3 more." in cut
    assert cut.endswith("All of them: seedbed numbers first")


def test_of_three_arms_the_best_is_named_with_those_it_beats() -> None:
    def three(place: int) -> list[dict[str, object]]:
        low = {"name": "batch_size=8", "differs": {"batch_size": 8}}
        return [*arms(place), {**low, "values": [0.9 + place / 100 + place % 2 / 100]}]

    assert first(scripts(arms=three)) == (
        "batch_size=8 scores highest, 92.4 % on average over 5 runs, and is shown to be better "
        "than 1 of the 2 others (Holm)."
    )
