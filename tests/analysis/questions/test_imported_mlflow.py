"""Verdicts on runs of any MLflow experiment, recorded by plain calls of MLflow."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag

import seedbed
from seedbed.system.errors import InputError
from tests.analysis.asking import fields, refused, run
from tests.support.mlflow_runs import PlainRun, log_runs

SEEDS = range(5)
FIXED = {"epochs": 3, "optimizer": "adam"}


def curve(last: float) -> list[float]:
    return [last - 0.02, last - 0.01, last]


def two_arms() -> list[PlainRun]:
    """Batch sizes 32 and 256 on the same five seeds; one more run crashed, one still runs."""
    rng = np.random.default_rng(0)
    runs = []
    for seed in SEEDS:
        common = rng.normal(0, 0.004)
        for size, mean in ((32, 0.952), (256, 0.934)):
            score = mean + common + rng.normal(0, 0.002)
            metrics = {"val_accuracy": curve(score), "val_loss": curve(1 - score), "loss": [0.1]}
            params = {"batch_size": size, "seed": seed, **FIXED}
            runs.append(PlainRun(f"bs{size}-{seed}", params, metrics, tags={"team": "vision"}))
    dead = {"batch_size": 32, "seed": 7, **FIXED}
    runs.append(PlainRun("crash", dead, {"val_accuracy": [0.1]}, "FAILED"))
    runs.append(PlainRun("alive", dead, {"val_accuracy": [0.5]}, None))
    return runs


def others() -> dict[str, list[PlainRun]]:
    """Experiments with one peculiarity each."""
    score = [0.90, 0.91, 0.93, 0.80, 0.82, 0.81]
    arms = [("a", 0), ("a", 1), ("a", 2), ("b", 0), ("b", 1), ("b", 2)]

    def runs(**more: object) -> list[PlainRun]:
        return [
            PlainRun(f"{arm}{number}", {"arm": arm, **more}, {"acc": [value]})
            for (arm, number), value in zip(arms, score, strict=True)
        ]

    folds = [
        PlainRun(f"{arm}{n}", {"arm": arm, "fold": n}, {"acc": [value]})
        for (arm, n), value in zip(arms, score, strict=True)
    ]
    once = [PlainRun(f"r{lr}", {"lr": lr, "seed": 1}, {"acc": [0.9]}) for lr in (0.1, 0.2, 0.3)]
    commits = [
        PlainRun(
            f"{arm}{n}",
            {"arm": arm, "seed": n},
            {"acc": [value]},
            tags={"mlflow.source.git.commit": "f00" if arm == "a" else "bad"},
        )
        for (arm, n), value in zip(arms, score, strict=True)
    ]
    hostile = [
        PlainRun(
            f"\x1b[31m{n}\n",
            {"arm": "a\nb" if n < 3 else "../c", "seed": n % 3, **{f"p{i}": i for i in range(90)}},
            {"acc": [float("nan") if n == 5 else value]},
        )
        for n, value in enumerate(score)
    ]
    return {
        "unseeded": runs(),
        "folds": folds,
        "once": once,
        "commits": commits,
        "hostile": hostile,
        "one": [PlainRun("only", {"seed": 1}, {"acc": [0.9]})],
        "nothing logged": [PlainRun("empty", {}), PlainRun("empty too", {})],
        "again": [*folds_as_seeds(score, arms), *folds_as_seeds(score[:1], arms[:1])],
    }


def folds_as_seeds(score: list[float], arms: list[tuple[str, int]]) -> list[PlainRun]:
    return [
        PlainRun(f"{arm}{n}", {"arm": arm, "seed": n}, {"acc": [value]})
        for (arm, n), value in zip(arms, score, strict=True)
    ]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    path = tmp_path_factory.mktemp("theirs") / "mlflow.db"
    shutil.copy(empty_database, path)
    uri = f"sqlite:///{path}"
    log_runs(uri, "cnn", two_arms())
    for name, runs in others().items():
        log_runs(uri, name, runs)
    inner = [PlainRun(f"bs{n}", {"bs": n % 2, "seed": n // 2}, {"acc": [0.8]}) for n in range(4)]
    (parent,) = log_runs(uri, "nested", [PlainRun("search", {}, {"acc": [0.99]})])
    tagged = [
        PlainRun(r.name, r.params, r.metrics, tags={"mlflow.parentRunId": parent}) for r in inner
    ]
    log_runs(uri, "nested", tagged)
    parents = log_runs(uri, "two searches", [PlainRun("one", {}), PlainRun("two", {})])
    children = [
        PlainRun(r.name, r.params, r.metrics, tags={"mlflow.parentRunId": parents[n % 2]})
        for n, r in enumerate(inner)
    ]
    log_runs(uri, "two searches", children)
    data = folds_as_seeds(
        [0.90, 0.91, 0.93, 0.80, 0.82, 0.81], [(arm, n) for arm in "ab" for n in range(3)]
    )
    for one, run_id in zip(data, log_runs(uri, "data sets", data), strict=True):
        dataset = Dataset("digits", f"of {one.params['arm']}", "local", "here")
        tag = InputTag("mlflow.data.context", "training")
        MlflowClient(uri).log_inputs(run_id, datasets=[DatasetInput(dataset, [tag])])
    return path


@pytest.fixture(autouse=True)
def theirs(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDBED_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{database}")


def test_two_arms_are_found_and_compared_in_pairs_of_seeds() -> None:
    said = run("compare", "mlflow:cnn").output
    assert "the score is val_accuracy (higher is better)" in said
    assert "the arms are the values of batch_size (32, 256)" in said
    assert "repeats are numbered by seed" in said
    assert "Constant: epochs=3 and optimizer=adam." in said
    assert "1 run (crash) failed: not counted." in said
    assert "1 run (alive) still runs: not counted." in said
    assert "batch_size=32 scores 1.81" in said
    assert "5 pairs" in said
    found = fields("compare", "mlflow:cnn")
    assert found["verdict"]["verdict"] == "different"  # type: ignore[index]
    assert found["arms"]["batch_size=32"]["n"] == 5  # type: ignore[index]


def test_a_run_that_was_left_running_does_not_decide_the_verdict() -> None:
    """MLflow leaves a killed process's run as running for ever."""
    said = run("compare", "mlflow:cnn").output
    assert said.index("1 run still runs: a p value holds for one look") < said.index("Mean ± sd")
    assert "while runs may follow" not in said
    ended = run("compare", "mlflow:cnn", "--filter", "attributes.status != 'RUNNING'").output
    sentence = next(line for line in ended.splitlines() if "on this test set" in line)
    assert sentence in said


def test_a_loss_is_better_when_it_is_lower() -> None:
    said = run("compare", "mlflow:cnn", "--metric", "val_loss").output
    assert "lower is better" in said
    assert "batch_size=32 scores 0.0181" in said
    assert "lower than batch_size=256" in said
    assert "batch_size=32 won 5 of 5 pairs" in said
    turned = run("compare", "mlflow:cnn", "--metric", "val_loss", "--maximize").output
    assert "batch_size=256 scores 0.0181" in turned


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("spread", "mlflow:cnn"), "batch_size=256: The runs vary by 0.6"),
        (("seeds", "mlflow:cnn"), "5 runs give the mean to ±0.8"),
        (("seeds", "mlflow:cnn", "--metric", "loss"), "nothing"),
        (("paper", "mlflow:cnn", "--published", "95.2"), "The published 95.2 % is consistent"),
        (("sources", "mlflow:cnn"), "Only seed varies between the runs"),
        (("epochs", "mlflow:cnn"), "on the validation set adds at least 0 points"),
        (("search", "mlflow:cnn"), "The best of 2 configurations in 10 runs is batch_size=32"),
        (("spread", "mlflow:cnn", "--metric", "val_loss"), "The runs vary by 0.00"),
    ],
)
def test_the_questions_take_runs_of_mlflow(words: tuple[str, ...], sentence: str) -> None:
    if sentence == "nothing":
        assert "a plan needs runs that differ" in refused(*words)
        return
    result = run(*words)
    assert result.exit_code == 0, result.output
    assert sentence in result.output
    assert "12 runs of the MLflow experiment 'cnn'" in result.output


def test_any_real_number_is_a_score() -> None:
    said = run("compare", "--a", "0.7", "-1.6", "0.2", "--b", "210", "208", "209").output
    assert "B scores 209.2 higher than A" in said
    assert "points" not in said


def test_runs_without_a_seed_are_compared_unpaired() -> None:
    said = run("compare", "mlflow:unseeded").output
    assert "no seed is recorded" in said
    assert "3 against 3 runs" in said


def test_folds_are_no_seeds() -> None:
    said = run("compare", "mlflow:folds").output
    assert said.index("fold numbers folds, not seeds") < said.index("Mean ± sd")
    assert "corrected resampled t" in said


def test_nothing_that_repeats_is_told_with_the_command_that_repeats() -> None:
    said = run("compare", "mlflow:once").output
    assert "Nothing repeats: each configuration ran once" in said
    assert "seedbed repeat train.py" in said


def test_code_versions_that_differ_are_told_before_the_verdict() -> None:
    said = run("compare", "mlflow:commits").output
    assert said.index("different code versions") < said.index("Mean ± sd")
    assert "changes together with the configuration" in said


def test_data_sets_that_differ_are_told_before_the_verdict() -> None:
    said = run("compare", "mlflow:data sets").output
    assert said.index("different data sets") < said.index("Mean ± sd")


def test_parents_of_nested_runs_and_copies_are_counted_once() -> None:
    nested = run("compare", "mlflow:nested", "--metric", "acc").output
    assert "4 runs of the MLflow experiment" in nested
    assert "1 run that other runs are nested in is not counted: search." in nested
    two = run("compare", "mlflow:two searches").output
    assert "2 runs that other runs are nested in are not counted: one and two." in two
    again = run("compare", "mlflow:again").output
    assert "1 run with the parameters, seeds and metrics of an earlier run is counted once" in again
    assert "3 pairs" in again


def test_names_that_mean_harm_are_shown_harmlessly() -> None:
    result = run("compare", "mlflow:hostile")
    assert result.exit_code == 0, result.output
    assert "\x1b" not in result.output
    assert "finished without a finite acc: not counted" in result.output
    assert "2 pairs" in result.output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("compare", "mlflow:cmn"), "did you mean 'cnn'"),
        (("compare", "mlflow:cnn", "--metric", "val_acuracy"), "did you mean 'val_accuracy'"),
        (("compare", "mlflow:cnn", "--by", "batchsize"), "did you mean 'batch_size'"),
        (("compare", "mlflow:cnn", "--filter", "params.x~3"), "--filter must be a filter"),
        (("compare", "mlflow:one"), "there is one configuration only"),
        (("spread", "mlflow:nothing logged"), "nothing to judge: log the score of each run"),
        (("compare", "mlflow:"), "named by a reader and a place"),
        (("spread", "75", "76", "--where", "a=1"), "--where needs runs of another tool"),
        (("compare", "first", "--minimize"), "needs runs of another tool"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    assert sentence in refused(*words)


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "none.db"
    assert "does not exist" in refused("compare", "mlflow:cnn", "--store", str(missing))
    assert not missing.exists()


def test_conditions_filters_and_tags_choose_the_runs() -> None:
    said = run("spread", "mlflow:cnn", "--where", "batch_size=32", "--where", "seed<3").output
    assert "3 runs of the MLflow experiment" in said
    said = run("spread", "mlflow:cnn", "--filter", "params.batch_size = '256'").output
    assert "5 runs of the MLflow experiment" in said
    said = run("spread", "mlflow:cnn", "--by", "team", "--where", "team=vision").output
    assert "the arms are the values of team (vision)" in said
    assert "Within an arm settings differ: batch_size varies" in said


def test_reading_changes_nothing_in_the_store(database: Path) -> None:
    before = database.read_bytes()
    files = sorted(database.parent.rglob("*"))
    assert run("compare", "mlflow:cnn").exit_code == 0
    assert database.read_bytes() == before
    assert sorted(database.parent.rglob("*")) == files
    assert not Path(os.environ["SEEDBED_STORE"]).exists()


def test_a_folder_of_an_older_mlflow_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    folder = tmp_path / "mlruns"
    log_runs(folder.as_uri(), "old", two_arms()[:8])
    before = sorted(path for path in folder.rglob("*"))
    monkeypatch.delenv("MLFLOW_ALLOW_FILE_STORE")
    said = run("compare", "mlflow:old", "--store", str(folder)).output
    assert "batch_size=32 scores" in said
    assert "4 pairs" in said
    assert sorted(path for path in folder.rglob("*")) == before
    assert "MLFLOW_ALLOW_FILE_STORE" not in os.environ


def test_a_verdict_is_written_back_once_and_then_updated(database: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.db"
    shutil.copy(database, own)
    client = MlflowClient(f"sqlite:///{own}")
    place = client.get_experiment_by_name("folds").experiment_id  # type: ignore[union-attr]
    before = {one.info.run_id: one.to_dictionary() for one in client.search_runs([place])}
    asked = ("compare", "mlflow:folds", "--store", str(own), "--write-back")
    told = run(*asked)
    assert told.exit_code == 0
    assert "6 runs of the MLflow experiment" in run(*asked).output
    after = {one.info.run_id: one for one in client.search_runs([place])}
    (new,) = set(after) - set(before)
    assert told.stderr.strip() == f"The verdict is recorded in MLflow as run {new}."
    assert {key: after[key].to_dictionary() for key in before} == before
    assert after[new].data.tags["verdict"] == "different"
    assert "Nadeau–Bengio" in after[new].data.tags["mlflow.note.content"]
    kept = {one.path for one in client.list_artifacts(new)}
    assert kept == {"report", "verdict.json", "verdict.md"}
    assert "report/report.html" in {one.path for one in client.list_artifacts(new, "report")}
    asked = ("compare", "mlflow:folds", "--store", str(own), "--write-back")
    assert run(*asked, "--level", "0.999").exit_code == 0
    verdict = client.get_run(new).data.tags["verdict"]
    whole = Path(client.download_artifacts(new, "report/findings.json", str(tmp_path)))
    attached = json.loads(whole.read_text(encoding="utf-8"))["comparison"]["verdict"]["verdict"]
    assert attached == verdict == "undecided"
    assert "--write-back records a verdict in an MLflow" in refused(
        "compare", "--a", "71", "72", "--b", "73", "74", "--write-back"
    )


def test_a_report_is_recorded_as_it_was_written(database: Path, tmp_path: Path) -> None:
    own = shutil.copy(database, tmp_path / "own.db")
    folder = tmp_path / "report"
    asked = ("report", "mlflow:folds", "--store", str(own), "--output", str(folder), "--write-back")
    assert run(*asked).exit_code == 0
    client = MlflowClient(f"sqlite:///{own}")
    place = client.get_experiment_by_name("folds").experiment_id  # type: ignore[union-attr]
    (new,) = client.search_runs([place], "tags.verdict != ''")
    kept = client.list_artifacts(new.info.run_id, "report")
    assert {Path(one.path).name: one.file_size for one in kept} == {
        one.name: one.stat().st_size for one in folder.iterdir()
    }
    unwritten = tmp_path / "none"
    said = refused("report", "first", "--output", str(unwritten), "--write-back")
    assert "--write-back records a verdict in an MLflow" in said


def test_python_reads_runs_once_and_asks_again() -> None:
    runs = seedbed.read("mlflow:cnn")
    assert len(runs) == 12
    frame = runs.to_frame()
    assert frame.loc[frame["name"] == "bs32-0", "batch_size"].item() == 32
    assert frame["state"].value_counts().to_dict() == {"finished": 10, "failed": 1, "running": 1}
    assert seedbed.compare(runs, by="batch_size", metric="val_accuracy").verdict == "different"
    assert seedbed.compare("mlflow:cnn", by="batch_size").verdict == "different"
    assert "vary" in seedbed.spread(runs).answer
    with pytest.raises(InputError, match="named by a reader"):
        seedbed.read("first")


def test_infinite_scores_of_a_database_are_not_numbers(
    tmp_path: Path, empty_database: Path
) -> None:
    """MLflow keeps infinity as the largest float, which is no score."""
    path = Path(shutil.copy(empty_database, tmp_path / "mlflow.db"))
    runs = [
        PlainRun(f"{arm}{seed}", {"arm": arm, "seed": seed}, {"acc": [value]})
        for arm in ("a", "b")
        for seed, value in enumerate((0.9, 0.91, float("inf"), float("nan")))
    ]
    log_runs(f"sqlite:///{path}", "odd", runs)
    said = run("compare", "mlflow:odd", "--store", path).output
    assert "4 runs (a2, a3, b2 and b3) finished without a finite acc: not counted." in said
