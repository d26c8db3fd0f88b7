"""Logs and histories under the names that people give them."""

import json
import pickle
from pathlib import Path

import optuna
import pytest

from seedbed.tracking.importing.imported_runs import ImportedRuns
from seedbed.tracking.importing.readers import read_runs
from tests.analysis.asking import run, write

LOG = "epoch,accuracy,val_accuracy\n0,0.5,0.6\n1,0.7,{}\n"


def params(runs: ImportedRuns) -> list[dict[str, object]]:
    return [dict(one.params) for one in runs.runs]


@pytest.mark.parametrize("name", ["training.log", "log.txt", "metrics.tsv", "Training.LOG"])
def test_a_log_of_keras_may_have_another_ending_than_csv(name: str, tmp_path: Path) -> None:
    for seed in (1, 2):
        (tmp_path / f"seed_{seed}").mkdir()
        text = LOG.format(f"0.8{seed}")
        text = text.replace(",", "\t") if name.endswith("tsv") else text
        write(tmp_path / f"seed_{seed}" / name, text)
        write(tmp_path / f"seed_{seed}" / "notes.txt", "trained, on a Monday\n")
    found = read_runs(f"csvlogs:{tmp_path}")
    assert [one.metrics["val_accuracy"] for one in found.runs] == [0.81, 0.82]
    assert params(found) == [{"seed": 1}, {"seed": 2}]


def test_other_endings_do_not_count_beside_csv(tmp_path: Path) -> None:
    write(tmp_path / "seed_1.csv", LOG.format(0.8))
    write(tmp_path / "seed_1.log", LOG.format(0.8))
    assert len(read_runs(f"csvlogs:{tmp_path}").runs) == 1


@pytest.mark.parametrize("ending", ["json", "pkl"])
def test_a_history_may_be_json(ending: str, tmp_path: Path) -> None:
    for seed in (1, 2):
        history = {"val_accuracy": [0.5, (80 + seed) / 100]}
        path = tmp_path / f"seed_{seed}.{ending}"
        path.write_bytes(
            json.dumps(history).encode() if ending == "json" else pickle.dumps(history)
        )
    if ending == "pkl":
        write(tmp_path / "config.json", "{}")  # no history, and not needed
    found = read_runs(f"history:{tmp_path}")
    assert [one.metrics["val_accuracy"] for one in found.runs] == [0.81, 0.82]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            ["cnn_1", "cnn_2", "mlp_1", "mlp_2"],
            [("cnn", 1), ("cnn", 2), ("mlp", 1), ("mlp", 2)],
        ),
        (["cnn-0", "cnn-1", "mlp-0", "mlp-1"], [("cnn", 0), ("cnn", 1), ("mlp", 0), ("mlp", 1)]),
        (["history_1", "history_2", "history_3"], [(None, 1), (None, 2), (None, 3)]),
        (["exp_1", "exp_2", "exp_3"], [("exp_1", None), ("exp_2", None), ("exp_3", None)]),
        (["a_16", "a_32", "b_16", "b_32"], [(n, None) for n in ("a_16", "a_32", "b_16", "b_32")]),
        (["cnn_1", "cnn_2", "base"], [(n, None) for n in ("base", "cnn_1", "cnn_2")]),
    ],
)
def test_numbers_behind_names_count_repeats_if_they_leave_no_gap(
    names: list[str], expected: list[tuple[str | None, int | None]], tmp_path: Path
) -> None:
    for name in names:
        (tmp_path / f"{name}.pkl").write_bytes(pickle.dumps({"val_accuracy": [0.9]}))
    found = params(read_runs(f"history:{tmp_path}"))
    assert [(one.get("folder 1"), one.get("run")) for one in found] == expected


def test_scores_among_the_attributes_of_a_trial_make_no_arms(tmp_path: Path) -> None:
    study = optuna.create_study(storage=f"sqlite:///{tmp_path / 'study.db'}")

    def objective(trial: optuna.Trial) -> float:
        size = trial.suggest_categorical("size", [16, 64])
        trial.set_user_attr("seed", trial.number // 2)
        trial.set_user_attr("test_acc", 0.9 + trial.number / 1000)
        trial.report(0.5, 0)
        if trial.number == 6:
            raise optuna.TrialPruned
        return 0.5 + int(size == 64) / 10 + trial.number / 1000

    for number in range(7):
        study.enqueue_trial({"size": (16, 64)[number % 2]})
    study.optimize(objective, n_trials=7)
    said = run("compare", f"optuna:{tmp_path / 'study.db'}", "--metric", "loss_value").output
    assert "the arms are the values of size (16, 64); repeats are numbered by seed" in said
    assert "size=16 scores 0.101 lower than size=64" in said
    assert "1 run (trial 6) was pruned: not counted." in said


def test_several_settings_within_an_arm_vary(tmp_path: Path) -> None:
    rows = [f"{'ab'[n % 2]},{n},{n // 2 % 3},{n % 3},0.{90 + n}" for n in range(8)]
    table = write(tmp_path / "runs.csv", "\n".join(["arm,seed,x,y,acc", *rows]) + "\n")
    assert "settings differ: x and y vary, and" in run("compare", table, "--by", "arm").output
