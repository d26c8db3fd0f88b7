"""Predictions of other tools' runs tell about accuracies, and about no other score."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import pytest

import seedbed
from seedbed.analysis.answers.claims.claim import Claim, ClaimTerms, problems_of
from seedbed.analysis.answers.claims.claim_page import claim_table
from seedbed.analysis.answers.comparison.comparison_answer import Terms
from seedbed.analysis.answers.inputs.imported.metric_choice import is_share_of_right
from seedbed.analysis.answers.inputs.imported.runs import Runs
from seedbed.analysis.questions.claim import claim
from seedbed.system.errors import InputError
from seedbed.tracking.importing.imported_runs import ImportedRun, ImportedRuns
from seedbed.tracking.importing.mlflow_predictions import predictions_of_labels
from seedbed.tracking.records import Predictions

SIZE = "--test-size of seedbed spread tells sampling noise from change of the model"


def predictions(labels: npt.NDArray[np.int64], predicted: npt.NDArray[np.int64]) -> Predictions:
    found = predictions_of_labels(labels.tolist(), predicted.tolist())
    assert found is not None
    return found


def runs() -> Runs:
    """Two arms of five seeds, 200 test examples each: b is right more often."""
    rng = np.random.default_rng(0)
    found = []
    for seed in range(5):
        for arm, right in (("a", 0.8), ("b", 0.9)):
            labels = np.arange(200) % 2
            predicted = np.where(rng.random(200) < right, labels, 1 - labels)
            accuracy = float((predicted == labels).mean())
            found.append(
                ImportedRun(
                    run_id=f"{arm}{seed}",
                    name=f"{arm}{seed}",
                    state="finished",
                    params={"arm": arm, "seed": seed},
                    metrics={"test_accuracy": accuracy, "hter": accuracy / 10},
                    load_predictions=partial(predictions, labels, predicted),
                )
            )
    return Runs(ImportedRuns("mlflow:e", "the experiment", tuple(found)))


def test_a_score_that_is_no_accuracy_is_judged_by_itself_alone() -> None:
    accuracy = seedbed.compare(runs(), by="arm", metric="test_accuracy")
    assert "to hold on new data too: arm=b scores" in accuracy.answer
    rate = seedbed.compare(runs(), by="arm", metric="hter")
    assert "arm=a scores 1" in rate.answer
    assert "On new data the interval is wider; scores alone cannot say by how much." in rate.text
    assert SIZE in seedbed.spread(runs().grouped(metric="hter")).text
    assert SIZE not in seedbed.spread(runs().grouped(metric="test_accuracy")).text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("test_accuracy", True),
        ("val_acc", True),
        ("hter", False),
        ("f1", False),
        ("top5_accuracy", False),
        ("balanced_accuracy", False),
    ],
)
def test_accuracies_are_known_by_their_name(name: str, expected: bool) -> None:
    assert is_share_of_right(name) is expected


@pytest.mark.parametrize(
    ("metric", "label"),
    [("test_accuracy", "accuracy (percent)"), ("hter", "error rate (percent)"), ("ms", "score")],
)
def test_a_picture_names_the_score(metric: str, label: str) -> None:
    given = runs().given
    timed = [
        replace(run, metrics={**run.metrics, "ms": 2.0 + n}) for n, run in enumerate(given.runs)
    ]
    asked = Runs(replace(given, runs=tuple(timed))).grouped(metric=metric)
    for answer in (seedbed.spread(asked), seedbed.compare(asked)):
        assert answer.figure().axes[0].get_xlabel().startswith(f"{label}\n")


def test_questions_about_predictions_take_runs_that_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEDBED_STORE", str(tmp_path / "store"))
    asked = runs().grouped(by=["arm"], metric="test_accuracy")
    assert "the test examples differently" in seedbed.churn(asked).text
    assert [one.name for one in (tmp_path / "store" / "reports").iterdir()] == ["mlflow-e"]
    assert "Accuracy is" in seedbed.confusion(asked).text


def test_epochs_of_runs_with_one_prediction_each_are_those_of_curves() -> None:
    given = runs().given

    def curve(metric: str) -> list[float]:
        return [0.7, 0.9, 0.8] if metric == "val_accuracy" else []

    with_curves = [
        replace(run, metrics={**run.metrics, "val_accuracy": 0.8}, load_curve=curve)
        for run in given.runs
    ]
    asked = Runs(replace(given, runs=tuple(with_curves))).grouped(by=["arm"])
    with pytest.raises(InputError, match=r"no curves .*per epoch \(hter or val_accuracy\)"):
        seedbed.epochs(asked.grouped(metric="test_accuracy"))
    found = seedbed.epochs(asked.grouped(metric="val_accuracy"))
    assert "The epoch that looks best is 2 in 5 runs" in found.text


def test_a_claim_has_the_size_of_the_test_set_and_the_verdict_of_compare() -> None:
    asked = runs().grouped(by=["arm"], metric="test_accuracy")
    made = claim(asked, Terms(None, None, None, 0.95), by="arm", metric="test_accuracy")
    assert made["terms"].get("test_size") == 200
    compared = json.loads(seedbed.compare(asked, by="arm").to_json())
    for key in ("step", "p", "difference", "verdict"):
        assert made["numbers"][key] == compared[key]
    assert problems_of(made) == []
    assert "The test set has 200 examples." in claim_table(made)
    terms = cast("ClaimTerms", {**made["terms"], "test_size": 100})
    changed = cast("Claim", {**made, "terms": terms})
    assert any("numbers.step" in line for line in problems_of(changed))
