"""Runs with equal weights count once in what is said of predictions and of searches."""

import json
from dataclasses import replace

import pytest

import seedbed
from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.claims.claim import claim_of, problems_of
from seedbed.analysis.answers.comparison.comparison_answer import Terms
from seedbed.analysis.answers.inputs.recorded_sweep import recorded
from seedbed.analysis.answers.search import search_of_sweep
from seedbed.analysis.answers.spread import spread_of_runs
from seedbed.analysis.findings.collect import collect
from seedbed.tracking.records import SweepRecord
from tests.analysis.fake_sweep import Fake, Truth

SAID = "3 runs with the weights of an earlier one are left out."


def three_models() -> SweepRecord:
    return Fake({"32": Truth()}, seeds=range(3), examples=300).build()


def with_repeats(sweep: SweepRecord) -> SweepRecord:
    """Each run twice: the second with a seed of its own that changed nothing."""
    again = [
        replace(
            run,
            run_id=f"again{run.run_id}",
            cell=f"again{run.cell}",
            options={**run.options, "seed": 100 + at},
        )
        for at, run in enumerate(sweep.runs)
    ]
    return replace(sweep, runs=(*sweep.runs, *again), planned=2 * len(sweep.runs))


@pytest.mark.parametrize("ask", ["churn", "ensemble", "calibration", "confusion", "epochs"])
def test_a_model_that_was_trained_twice_counts_once_in_its_predictions(
    ask: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    given = {"output": tmp_path} if ask == "churn" else {}
    told = {}
    for name, sweep in (("once", three_models()), ("twice", with_repeats(three_models()))):
        found = recorded(sweep)
        for module in ("churn", "predictions"):
            monkeypatch.setattr(
                f"seedbed.analysis.questions.{module}.read", lambda *_, found=found: found
            )
        told[name] = getattr(seedbed, ask)("first", **given).to_dict()
    once, twice = told["once"], told["twice"]
    assert SAID in twice["notes"]
    apart = {"sweep", "notes", "picture"}
    assert {k: v for k, v in once.items() if k not in apart} == {
        k: v for k, v in twice.items() if k not in apart
    }


def test_the_report_counts_a_model_once_in_its_predictions() -> None:
    (once,), (twice,) = collect(three_models()).arms, collect(with_repeats(three_models())).arms
    assert twice.churn == once.churn
    assert twice.ensemble is not None
    assert once.ensemble is not None
    assert twice.ensemble.sizes == once.ensemble.sizes


def search_of(sweep: SweepRecord) -> Answer:
    return search_of_sweep(recorded(sweep, whole=True))


def test_a_search_counts_a_model_that_was_trained_twice_once() -> None:
    once = Fake({"32": Truth(), "64": Truth(0.06)}, seeds=range(3), examples=300).build()
    told, again = search_of(once), search_of(with_repeats(once))
    for field in ("runs", "noise_sd", "optimism", "value"):
        assert again.fields[field] == told.fields[field]
    assert any(SAID.replace("3", "6", 1) in line for line in again.sentences)


def test_a_search_takes_no_noise_from_seeds_that_change_nothing() -> None:
    arms = {"32": Truth(), "64": Truth(0.06)}
    told = search_of(Fake(arms, seeds=range(3), examples=300, identical=True).build())
    assert told.fields["runs"] == 2
    assert told.fields["noise_sd"] is None
    said = " ".join(told.sentences)
    assert "The seeds change nothing in these configurations" in said
    assert "fresh seeds" not in said
    assert "two or more" not in said
    assert told.fields["rerun"] == ()


def test_a_claim_says_what_settles_arms_whose_seeds_change_nothing() -> None:
    arms = {"32": Truth(), "64": Truth(0.06)}
    found = recorded(Fake(arms, seeds=range(3), examples=300, identical=True).build(), whole=True)
    claim = claim_of(found, Terms())
    said = " ".join(claim["answer"])
    assert "vary what changes the weights" in said
    assert "at least three runs" not in json.dumps(claim["numbers"])
    assert len(claim["terms"]["stuck"]) == 2
    assert problems_of(claim) == []


def test_equal_scores_of_unknown_weights_are_not_said_to_have_other_weights() -> None:
    sweep = Fake({"32": Truth()}, seeds=range(3), examples=300, identical=True).build()
    said = {}
    for name in ("known", "unknown"):
        runs = [
            replace(
                run,
                fingerprint=run.run_id if name == "known" else None,
                metrics={**run.metrics, "test_accuracy": 0.9},
            )
            for run in sweep.runs
        ]
        found = recorded(replace(sweep, runs=tuple(runs)))
        said[name] = spread_of_runs(found, found.having[0]).sentences[0]
    assert "all score exactly the same, though their weights differ" in said["known"]
    assert "all score exactly the same: no spread to estimate" in said["unknown"]
