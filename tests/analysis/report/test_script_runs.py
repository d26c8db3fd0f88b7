"""What the runs of a script say of themselves: their number, rounds, arms and test sets."""

import dataclasses

import pytest

from seedbed.analysis.answers.compare import compare_sweep
from seedbed.analysis.answers.comparison.comparison_answer import Terms
from seedbed.analysis.answers.inputs.recorded_sweep import recorded
from seedbed.analysis.findings.collect import collect
from seedbed.analysis.findings.script.script_runs import arm_sentences, number_sentences, with_arms
from seedbed.tracking.records import SweepRecord
from tests.analysis.fake_sweep import Fake, Truth

NUMBER = {"metric": "test_accuracy", "is": "accuracy of evaluate 1 (line 7)", "why": "the last"}


def scripts(**more: object) -> SweepRecord:
    """Five runs of one script; ``more`` stands in the record of each, by its place."""
    sweep = Fake({"32": Truth()}).build()
    runs = []
    for place, run in enumerate(sweep.runs):
        own = {name: value(place) for name, value in more.items() if callable(value)}
        runs.append(dataclasses.replace(run, script={"number": NUMBER, "dependent": "", **own}))
    return dataclasses.replace(sweep, varied=(), runs=tuple(runs))


def arms(place: int) -> list[dict[str, object]]:
    values = {32: 0.9 + place / 100, 256: 0.8 + place / 100 + place % 2 / 200}
    return [
        {"name": f"batch_size={size}", "differs": {"batch_size": size}, "values": [value]}
        for size, value in values.items()
    ]


def test_arms_of_a_script_are_compared_within_each_run() -> None:
    found = collect(scripts(arms=arms))
    assert found.headline.startswith("batch_size=32 scores 9.80 points higher than")
    (duel,) = found.duels
    assert duel.comparison.paired
    assert sorted(map(abs, duel.differences)) == pytest.approx([0.095] * 2 + [0.1] * 3)
    assert "paired within each run" in " ".join(found.detail)


def test_arms_that_tie_are_not_said_to_have_the_same_weights() -> None:
    """A run has one fingerprint, which is that of all its networks."""

    def tied(place: int) -> list[dict[str, object]]:
        return [{**arm, "values": [0.9 + place / 100]} for arm in arms(place)]

    sweep = scripts(arms=tied)
    assert all(run.fingerprint for run in sweep.runs)
    (duel,) = collect(sweep).duels
    assert duel.verdict.verdict == "undecided"
    assert "equal scores do not prove" in duel.verdict.reason
    compared = compare_sweep(recorded(sweep), Terms())
    assert compared.verdicts == ("undecided",)


def test_runs_without_the_same_arms_stay_whole() -> None:
    sweep = scripts(arms=lambda place: arms(place)[: 1 + place % 2])
    assert with_arms(sweep) is sweep


def test_the_number_is_named_with_its_reason() -> None:
    (said,) = number_sentences(scripts())
    assert said == (
        "The number of a run, test_accuracy, is accuracy of evaluate 1 (line 7): the last."
    )
    other = {**NUMBER, "is": "the printed 'acc'"}
    said = number_sentences(scripts(number=lambda place: NUMBER if place else other))[0]
    assert said.startswith("The runs do not have one number: test_accuracy is accuracy of")
    assert "the printed 'acc' in 1" in said


def test_rounds_scatter_within_a_run_and_between_runs() -> None:
    said = number_sentences(scripts(rounds=lambda place: [0.5 + place / 100, 0.6 + place / 100]))
    assert "standard deviation is 7.07 points between the rounds" in said[1]  # of .5 and .6
    assert "1.58 points between the means of 5 runs" in said[1]  # of 0, .01, … .04


def test_a_number_without_a_name_of_its_own_is_named_by_what_it_is() -> None:
    number = {"metric": "headline", "is": "the printed 'mae'", "why": "it gives no accuracy"}
    (said,) = number_sentences(scripts(number=lambda _: number))
    assert said == "The number of a run is the printed 'mae': it gives no accuracy."
    (mixed,) = number_sentences(
        scripts(number=lambda place: {**number, "is": "the loss"} if place else number)
    )
    assert "do not have one number: it is the loss in 4 of 5 runs" in mixed


def test_a_test_set_that_changes_is_said_with_its_line() -> None:
    said = number_sentences(
        scripts(test_rows=lambda place: f"{place}", unseeded_splits=lambda _: ["line 4"])
    )
    assert "changes from run to run, drawn without a seed in line 4" in said[1]
    assert len(number_sentences(scripts(test_rows=lambda _: "same"))) == 1
    _, told = number_sentences(scripts(test_rows=lambda place: f"{place}"))
    assert "the spread includes that of the data" in told
    assert told.endswith("give what draws or splits the data a seed.")
    drawn = ["np.random.RandomState(0) in line 3"]
    _, told = number_sentences(
        scripts(test_rows=lambda place: f"{place}", data_seeds=lambda _: drawn)
    )
    assert "where the script draws it from np.random.RandomState(0) in line 3" in told
    assert "in line 3, a seed that follows the run's" in told
    assert "--keep-seeds" in told
    assert "random_state" not in told  # there is no split
    drawn.append("np.random.seed(7) in line 8")
    _, told = number_sentences(
        scripts(test_rows=lambda place: f"{place}", data_seeds=lambda _: drawn)
    )
    assert "in line 8, seeds that follow the run's" in told


def test_labels_in_another_order_are_said_with_both_shares() -> None:
    said = number_sentences(scripts(other_order=lambda place: ["line 9", 0.1 + place / 100, 0.9]))
    assert said[1].startswith(
        "Predictions and labels agree in another order: 0.90, not 0.12 as line 9 computes it "
        "(means over 5 runs)."
    )


def test_story_is_told_once_and_says_in_how_many_runs() -> None:
    said = number_sentences(scripts(story=lambda place: ["Always.", *["Rarely."][: place // 4]]))
    assert said[1:] == ["Always.", "Rarely (in 1 of 5 runs)."]


def test_arms_say_in_what_else_they_differ() -> None:
    def uneven(place: int) -> list[dict[str, object]]:
        return [{**one, "steps": steps} for one, steps in zip(arms(place), (400, 50), strict=True)]

    said = arm_sentences(scripts(arms=uneven))
    assert said[-1] == "They differ in the number of update steps as well: 400 against 50."
    assert arm_sentences(scripts(arms=arms))[-1].endswith("they are paired within each run.")
