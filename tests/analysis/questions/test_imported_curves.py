"""What the curves of other tools' runs say before a verdict: lengths of training, best epochs."""

import json
import shutil
from pathlib import Path

import optuna
import pytest

from seedbed.analysis.answers.inputs.imported.training_lengths import is_length_name
from tests.analysis.asking import run, write
from tests.support.mlflow_runs import PlainRun, log_runs

Curve = list[float]
SCORES = (0.80, 0.82, 0.81)


def logs(folder: Path, curves: dict[str, list[Curve]], metric: str = "val_accuracy") -> str:
    """A CSV log for each run; arm → its runs' curves."""
    for arm, runs in curves.items():
        for seed, curve in enumerate(runs):
            place = folder / f"arm={arm}"
            place.mkdir(parents=True, exist_ok=True)
            rows = "\n".join(f"{epoch},{value}" for epoch, value in enumerate(curve))
            write(place / f"seed_{seed}.csv", f"epoch,{metric}\n{rows}\n")
    return f"csvlogs:{folder}"


def rising(length: int, last: float) -> Curve:
    return [round(last - 0.01 * (length - 1 - at), 6) for at in range(length)]


def table(folder: Path, rows: list[str]) -> str:
    return str(write(folder / "runs.csv", "\n".join(rows) + "\n"))


def database(folder: Path, empty: Path, runs: list[PlainRun]) -> tuple[str, ...]:
    path = Path(shutil.copy(empty, folder / "mlflow.db"))
    log_runs(f"sqlite:///{path}", "curves", runs)
    return "mlflow:curves", "--store", str(path)


def before_the_means(*words: object) -> str:
    """What an answer says before its means, on one line."""
    result = run("compare", *words)
    assert result.exit_code == 0, result.output
    return " ".join(result.output.partition("Mean ± sd")[0].split())


def test_arms_of_different_lengths_are_told_by_their_curves(tmp_path: Path) -> None:
    address = logs(
        tmp_path, {"a": [rising(3, s) for s in SCORES], "b": [rising(5, s) for s in SCORES]}
    )
    assert (
        "The arms trained for different lengths: the curves of val_accuracy have 3 to 5 values "
        "(arm=a: 3, arm=b: 5), so a difference may come from the length."
    ) in before_the_means(address)


def test_runs_of_an_arm_of_different_lengths_may_have_stopped_early(tmp_path: Path) -> None:
    curves = {"a": [rising(n, 0.8 + n / 100) for n in (3, 4, 5)]}
    curves["b"] = [rising(4, s) for s in SCORES]
    said = before_the_means(logs(tmp_path, curves))
    assert "have 3 to 5 values (arm=a: 3 to 5, arm=b: 4). Early stopping does that" in said


def test_runs_of_one_length_are_not_warned_of(tmp_path: Path) -> None:
    curves = {arm: [rising(4, s) for s in SCORES] for arm in "ab"}
    said = before_the_means(logs(tmp_path, curves))
    assert "trained" not in said
    assert "best epoch" not in said


def test_lengths_of_a_score_that_was_logged_once_are_those_of_the_other_curves(
    tmp_path: Path, empty_database: Path
) -> None:
    runs = [
        PlainRun(
            f"{arm}{seed}",
            {"arm": arm, "seed": seed},
            {"test_acc": [score], "loss": rising(length, 0.1 * seed + 0.1)},
        )
        for arm, length in (("a", 4), ("b", 8))
        for seed, score in enumerate(SCORES)
    ]
    said = before_the_means(*database(tmp_path, empty_database, runs))
    assert "the curves of loss have 4 to 8 values (arm=a: 4, arm=b: 8)" in said


def test_epochs_that_are_counted_in_other_steps_are_no_other_length(
    tmp_path: Path, empty_database: Path
) -> None:
    """One value an epoch, at steps that count batches: batch size 32 has more of them."""
    path = Path(shutil.copy(empty_database, tmp_path / "mlflow.db"))
    uri = f"sqlite:///{path}"
    runs = [
        PlainRun(f"{size}-{seed}", {"batch_size": size, "seed": seed})
        for size in (32, 256)
        for seed in range(3)
    ]
    from mlflow import MlflowClient

    for one, run_id in zip(runs, log_runs(uri, "steps", runs), strict=True):
        seed = int(str(one.params["seed"]))
        for epoch, value in enumerate(rising(4, SCORES[seed]), start=1):
            step = epoch * 10_000 // int(str(one.params["batch_size"]))
            MlflowClient(uri).log_metric(run_id, "val_acc", value, step=step)
    assert "trained" not in before_the_means("mlflow:steps", "--store", str(path))


def test_a_number_of_epochs_that_varies_beside_the_arms_is_told_without_curves(
    tmp_path: Path,
) -> None:
    rows = ["lr,epochs,seed,acc"]
    rows += [f"0.1,5,{n},{s}" for n, s in enumerate(SCORES)]
    rows += [f"0.2,9,{n},{s - 0.1}" for n, s in enumerate(SCORES)]
    address = table(tmp_path, rows)
    assert "different lengths: epochs varies beside lr" in before_the_means(address)
    assert "different lengths" not in before_the_means(address, "--by", "epochs")
    assert (
        "The length of training differs beside lr: epochs differs between the arms, so a "
        "difference may come from that."
    ) in before_the_means(address, "--by", "lr")


def test_arms_that_differ_in_two_settings_are_paired_by_seed_when_one_is_named(
    tmp_path: Path,
) -> None:
    rows = ["lr,opt,seed,acc"]
    rows += [f"0.1,adam,{n},{s}" for n, s in enumerate(SCORES)]
    rows += [f"0.2,sgd,{n},{s - 0.1 + n / 100}" for n, s in enumerate(SCORES)]
    said = run("compare", table(tmp_path, rows), "--by", "lr").output
    assert "Settings differ beside lr: opt differs between the arms" in said
    assert "3 pairs" in said


def test_settings_that_vary_within_an_arm_are_told_unless_every_arm_has_them_all(
    tmp_path: Path,
) -> None:
    def rows(widths: dict[str, tuple[int, ...]]) -> str:
        found = ["opt,width,seed,acc"]
        found += [
            f"{opt},{width},{n},{s + width / 100 - (opt == 'sgd') / 10}"
            for opt, own in widths.items()
            for width in own
            for n, s in enumerate(SCORES)
        ]
        return table(tmp_path, found)

    crossed = before_the_means(rows({"adam": (1, 2), "sgd": (1, 2)}), "--by", "opt")
    assert "differ" not in crossed.partition("(assumed")[2]
    partly = before_the_means(rows({"adam": (1, 2), "sgd": (1,)}), "--by", "opt")
    assert "Within an arm settings differ: width varies, and the spread" in partly


@pytest.mark.parametrize(
    ("name", "is_length"),
    [
        ("epochs", True),
        ("trainer.max_epochs", True),
        ("num_train_epochs", True),
        ("total_steps", True),
        ("warmup_steps", False),
        ("steps_per_epoch", False),
        ("eval_steps", False),
        ("epoch_size", False),
        ("lr", False),
    ],
)
def test_a_parameter_is_the_length_of_training_by_its_name(name: str, is_length: bool) -> None:
    assert is_length_name(name) is is_length


def test_a_score_that_is_the_maximum_of_a_curve_under_another_name_is_the_best_epoch(
    tmp_path: Path, empty_database: Path
) -> None:
    def runs(names: str) -> list[PlainRun]:
        found = []
        for arm in "ab":
            for seed, best in enumerate(SCORES):
                curve = [best - 0.1, best, best - 0.05 - seed / 1000]
                score = round(max(curve), 4) if arm in names else curve[-1]
                metrics = {"final": [score], "val_acc": curve, "loss": [0.3, 0.2, 0.25]}
                found.append(PlainRun(f"{arm}{seed}", {"arm": arm, "seed": seed}, metrics))
        return found

    asked = database(tmp_path, empty_database, runs("a"))
    said = before_the_means(*asked, "--metric", "final")
    assert (
        "final is the best epoch of a run, not its last, in 3 of 3 runs of arm=a: it equals the "
        "highest value of val_acc, and the last epoch's differs. In arm=b it is that of the last "
        "epoch. Chosen on the data that it is scored on, it is higher than a final score"
    ) in said
    (tmp_path / "final").mkdir()
    asked = database(tmp_path / "final", empty_database, runs(""))
    assert "best epoch" not in before_the_means(*asked, "--metric", "final")


def test_curves_may_be_called_like_anything(tmp_path: Path, empty_database: Path) -> None:
    runs = [
        PlainRun(
            f"{arm}{seed}",
            {"arm": arm, "seed": seed},
            {"score": [best - (arm == "b") / 9], "final acc": [0.1, best - (arm == "b") / 9, 0.2]},
        )
        for arm in "ab"
        for seed, best in enumerate(SCORES)
    ]
    asked = database(tmp_path, empty_database, runs)
    assert "highest value of final acc, and the" in before_the_means(*asked, "--metric", "score")


def test_a_score_that_is_no_value_of_a_curve_is_not_taken_for_its_best(
    tmp_path: Path, empty_database: Path
) -> None:
    """One run of three hits the maximum by chance, as coarse accuracies do."""
    runs = [
        PlainRun(
            f"{arm}{seed}",
            {"arm": arm, "seed": seed},
            {"test_acc": [0.9 - seed / 100], "val_acc": [0.8, 0.9, 0.85]},
        )
        for arm in "ab"
        for seed in range(3)
    ]
    assert "best epoch" not in before_the_means(*database(tmp_path, empty_database, runs))


def test_restored_weights_are_seen_where_a_curve_ends_by_repeating_its_best(
    tmp_path: Path, empty_database: Path
) -> None:
    """As MLflow logs a fit of Keras whose early stopping restored the best weights."""
    curves = [[s - 0.1, s, s - 0.02, s - 0.03, s] for s in SCORES]
    said = before_the_means(logs(tmp_path / "logs", {"a": curves, "b": curves[::-1]}))
    assert "in 3 of 3 runs of arm=a and 3 of 3 runs of arm=b: the curve ends by repeating" in said
    for path in (tmp_path / "logs").rglob("*.csv"):  # coarse accuracies: the loss does not repeat
        rows = path.read_text(encoding="utf-8").split()
        losses = ["loss", "0.5", "0.4", "0.3", "0.2", "0.1"]
        write(path, "\n".join(map(",".join, zip(rows, losses, strict=True))) + "\n")
    assert "best epoch" not in before_the_means(f"csvlogs:{tmp_path / 'logs'}")
    runs = [
        PlainRun(
            f"{arm}{seed}",
            {"arm": arm, "seed": seed},
            {"val_acc": curve, "restored_epoch": [1.0], "val_loss": [0.1] * 5},
        )
        for arm in "ab"
        for seed, curve in enumerate(curves)
    ]
    said = before_the_means(*database(tmp_path, empty_database, runs))
    assert (
        "val_acc is that of an earlier epoch than a run's last in 3 of 3 runs of arm=a and 3 of 3 "
        "runs of arm=b: early stopping restored its weights."
    ) in said


def test_the_lowest_loss_of_a_trial_is_its_best_epoch(tmp_path: Path) -> None:
    """Optuna: the objective returns the minimum of what it reported."""
    storage = f"sqlite:///{tmp_path / 'study.db'}"
    study = optuna.create_study(storage=storage, direction="minimize")

    def objective(trial: optuna.Trial) -> float:
        arm = trial.suggest_categorical("arm", ["a", "b"])
        seed = trial.number // 2
        trial.set_user_attr("seed", seed)
        curve = [0.5, 0.2 + seed / 100 + (arm == "b") / 10, 0.4]
        for step, value in enumerate(curve):
            trial.report(value, step)
        return min(curve)

    for number in range(6):
        study.enqueue_trial({"arm": "ab"[number % 2]})
    study.optimize(objective, n_trials=6)
    said = before_the_means(f"optuna:{storage}")
    assert "it equals the lowest value of its own curve, and the last epoch's differs" in said
    assert "it is lower than a final score" in said


def test_trials_of_kerastuner_are_told_to_be_best_epochs(tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parents[2] / "data" / "keras-tuner-1.4.8", tmp_path / "trials")
    for path in (tmp_path / "trials").rglob("trial.json"):
        trial = json.loads(path.read_text(encoding="utf-8"))
        write(path, json.dumps({**trial, "best_step": 1}))
    said = before_the_means(f"kerastuner:{tmp_path / 'trials'}")
    assert "KerasTuner records each trial at the epoch that scored best" in said


@pytest.mark.parametrize(
    ("name", "is_best"),
    [
        ("best_val_acc", True),
        ("val_acc.max", True),
        ("top_k_accuracy", False),
        ("top_5_accuracy", False),
        ("top-1 accuracy", False),
        ("max_error", False),
    ],
)
def test_a_metric_is_a_best_epoch_by_its_name(name: str, is_best: bool, tmp_path: Path) -> None:
    rows = [f"arm,seed,{name}"]
    rows += [f"{arm},{n},{s - (arm == 'b') / 10}" for arm in "ab" for n, s in enumerate(SCORES)]
    said = before_the_means(table(tmp_path, rows), "--metric", name)
    assert ("is the best epoch of each run by its name" in said) is is_best
