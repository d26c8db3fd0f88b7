"""One contract for every reader of other tools' runs, on files that the tools themselves wrote."""

import json
import os
import pickle
import shutil
import sys
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import optuna
import pandas as pd
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

import seedbed
from seedbed.system.errors import InputError
from seedbed.tracking.importing.imported_runs import ImportedRuns
from seedbed.tracking.importing.mlflow_predictions import predictions_of_labels
from seedbed.tracking.importing.path_params import params_of_path
from seedbed.tracking.importing.readers import is_address, read_runs
from tests.analysis.asking import run
from tests.support.mlflow_runs import PlainRun, log_runs

DATA = Path(__file__).parents[1] / "data"
ARMS = [(lr, seed) for lr in (0.1, 0.01) for seed in (1, 2, 3)]


def score(lr: float, seed: int) -> float:
    return round(0.9 + lr / 10 + 0.003 * seed, 6)


def of_mlflow(folder: Path, empty_database: Path) -> str:
    shutil.copy(empty_database, folder / "mlflow.db")
    runs = [
        PlainRun(
            f"{lr}-{seed}",
            {"lr": lr, "seed": seed},
            {"val_acc": [0.5, score(lr, seed)]},
        )
        for lr, seed in ARMS
    ]
    log_runs(f"sqlite:///{folder / 'mlflow.db'}", "lrs", runs)
    return "mlflow:lrs"


def optimized(study: optuna.Study) -> None:
    def objective(trial: optuna.Trial) -> float:
        lr = trial.suggest_categorical("lr", [0.1, 0.01])
        trial.set_user_attr("seed", trial.number % 3 + 1)
        result = score(float(lr), trial.number % 3 + 1)
        for step, value in enumerate((0.5, result)):
            trial.report(value, step)
        return result

    for lr, _ in ARMS:
        study.enqueue_trial({"lr": lr})
    study.optimize(objective, n_trials=len(ARMS))


def of_optuna_database(folder: Path, _: Path) -> str:
    storage = f"sqlite:///{folder / 'optuna.db'}"
    optimized(optuna.create_study(storage=storage, study_name="lrs", direction="maximize"))
    return f"optuna:{storage}#lrs"


def of_optuna_journal(folder: Path, _: Path) -> str:
    storage = JournalStorage(JournalFileBackend(str(folder / "journal.log")))
    optimized(optuna.create_study(storage=storage, study_name="lrs", direction="maximize"))
    return f"optuna:{folder / 'journal.log'}"


def of_tensorboard(folder: Path, _: Path) -> str:
    """TensorboardX 2.6.5: scalars, and ``add_hparams`` in a folder of its own."""
    shutil.copytree(DATA / "tensorboardx-2.6.5", folder / "tb")
    return f"tensorboard:{folder / 'tb'}"


def of_csv(folder: Path, _: Path) -> str:
    rows = [f"{lr},{seed},{score(lr, seed)}" for lr, seed in ARMS]
    (folder / "runs.csv").write_text("lr,seed,val_acc\n" + "\n".join(rows), encoding="utf-8")
    return str(folder / "runs.csv")


def of_json_lines(folder: Path, _: Path) -> str:
    rows = [
        json.dumps({"config": {"lr": lr}, "seed": seed, "val_acc": score(lr, seed)})
        for lr, seed in ARMS
    ]
    (folder / "runs.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return str(folder / "runs.jsonl")


def of_parquet(folder: Path, _: Path) -> str:
    rows = [{"lr": lr, "seed": seed, "val_acc": score(lr, seed)} for lr, seed in ARMS]
    pd.DataFrame(rows).to_parquet(folder / "runs.parquet")
    return str(folder / "runs.parquet")


def of_csv_logs(folder: Path, _: Path) -> str:
    for lr, seed in ARMS:
        path = folder / "logs" / f"lr={lr}" / f"seed_{seed}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = f"epoch,accuracy,val_acc\n0,.6,.5\n1,.7,{score(lr, seed)}\n"
        path.write_text(text, encoding="utf-8")
    return f"csvlogs:{folder / 'logs'}"


def of_folder(name: str, reader: str) -> Callable[[Path, Path], str]:
    """A small export that the tool itself wrote; the folder's name says with which version."""

    def copied(folder: Path, _: Path) -> str:
        shutil.copytree(DATA / name, folder / "export")
        return f"{reader}:{folder / 'export'}"

    return copied


def of_ray_tune_progress(folder: Path, _: Path) -> str:
    """What Ray Tune leaves of each trial: ``params.json`` and ``progress.csv``."""
    for lr, seed in ARMS:
        place = folder / "ray" / f"train_{lr}_{seed}"
        place.mkdir(parents=True)
        (place / "params.json").write_text(json.dumps({"lr": lr, "seed": seed}), encoding="utf-8")
        log = f"val_acc,training_iteration,pid\n0.5,1,7\n{score(lr, seed)},2,7\n"
        (place / "progress.csv").write_text(log, encoding="utf-8")
    return f"csvlogs:{folder / 'ray'}"


def of_ray_tune(folder: Path, _: Path) -> str:
    """The same with ``result.json``, a line per result."""
    for lr, seed in ARMS:
        place = folder / "ray" / f"train_{lr}_{seed}"
        place.mkdir(parents=True)
        (place / "params.json").write_text(json.dumps({"lr": lr, "seed": seed}), encoding="utf-8")
        rows = [
            {"val_acc": value, "training_iteration": at, "pid": 7, "config": {"lr": lr}}
            for at, value in enumerate((0.5, score(lr, seed)), start=1)
        ]
        text = "\n".join(json.dumps(row) for row in rows)
        (place / "result.json").write_text(text + "\n{", encoding="utf-8")
    return f"ray:{folder / 'ray'}"


def of_histories(folder: Path, _: Path) -> str:
    """``pickle.dump(model.fit(…).history, file)``, with NumPy's numbers as older Keras has them."""
    for lr, seed in ARMS:
        path = folder / "fits" / f"lr={lr}" / f"seed_{seed}.pkl"
        path.parent.mkdir(parents=True, exist_ok=True)
        history = {"loss": [0.9, 0.1], "val_acc": [np.float64(0.5), np.float64(score(lr, seed))]}
        path.write_bytes(pickle.dumps(history))
    return f"history:{folder / 'fits'}"


def of_neptune(folder: Path, _: Path) -> str:
    """Rows as neptune-exporter documents them: the exporter itself is in no registry."""
    rows: list[dict[str, object]] = []
    for number, (lr, seed) in enumerate(ARMS):
        own = {"run_id": f"RUN-{number}", "project_id": "ann/lrs"}
        rows += [
            {**own, "attribute_path": "lr", "attribute_type": "float", "float_value": lr},
            {**own, "attribute_path": "seed", "attribute_type": "int", "int_value": seed},
            {**own, "attribute_path": "sys/name", "attribute_type": "string", "string_value": "a"},
        ]
        for step, value in enumerate((0.5, score(lr, seed))):
            one = {"attribute_path": "val_acc", "attribute_type": "float_series", "step": step}
            rows.append({**own, **one, "float_value": value})
    frame = pd.DataFrame(rows)
    frame["int_value"] = frame["int_value"].astype("Int64")
    (folder / "neptune").mkdir()
    frame.to_parquet(folder / "neptune" / "part_0.parquet")
    return f"neptune:{folder / 'neptune'}"


SOURCES: dict[str, Callable[[Path, Path], str]] = {
    "MLflow": of_mlflow,
    "Optuna's database": of_optuna_database,
    "Optuna's journal": of_optuna_journal,
    "TensorBoard": of_tensorboard,
    "CSV": of_csv,
    "JSON lines": of_json_lines,
    "Parquet": of_parquet,
    "CSV logs": of_csv_logs,
    "Ray Tune": of_ray_tune,
    "Ray Tune's table": of_ray_tune_progress,
    "W&B's offline runs": of_folder("wandb-0.31.0", "wandb"),
    "sacred": of_folder("sacred-0.8.7", "sacred"),
    "Hydra": of_folder("hydra-1.3.8", "hydra"),
    "KerasTuner": of_folder("keras-tuner-1.4.8", "kerastuner"),
    "Keras's CSVLogger": of_folder("keras-3.15.1/csvlogger", "csvlogs"),
    "Keras's History with its model": of_folder("keras-3.15.1/history", "history"),
    "pickled histories": of_histories,
    "Neptune's export": of_neptune,
}
CURVES = set(SOURCES) - {"TensorBoard", "CSV", "JSON lines", "Parquet"}


@pytest.fixture(scope="module", params=list(SOURCES))
def source(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    empty_database: Path,
) -> tuple[str, str, str, ImportedRuns]:
    """Its name, address, MLflow store, and runs as read."""
    folder = tmp_path_factory.mktemp("source")
    address = SOURCES[request.param](folder, empty_database)
    store = str(folder / "mlflow.db")
    return request.param, address, store, read_runs(address, store=store)


def test_each_run_has_its_parameters_score_and_state(
    source: tuple[str, str, str, ImportedRuns],
) -> None:
    name, address, _, found = source
    assert is_address(address)
    assert len(found.runs) == len(ARMS)
    assert len({one.run_id for one in found.runs}) == len(ARMS)
    assert {one.state for one in found.runs} == {"finished"}
    params = {
        (one.params.get("lr", one.params.get("config.lr")), one.params["seed"])
        for one in found.runs
    }
    if name == "TensorBoard":
        assert params == {(lr, seed) for lr in (0.1, 0.01) for seed in range(3)}
        return
    assert params == set(ARMS)
    scores = sorted(
        value
        for one in found.runs
        for metric, value in one.metrics.items()
        if value > 0.9 and metric != "result"  # sacred keeps what the run returned as well
    )
    assert scores == pytest.approx(sorted(score(lr, seed) for lr, seed in ARMS))


def test_curves_come_in_the_order_of_their_steps(
    source: tuple[str, str, str, ImportedRuns],
) -> None:
    name, _, _, found = source
    if name not in CURVES:
        return
    first = found.runs[0]
    metric = max(first.metrics, key=first.metrics.__getitem__)
    assert first.load_curve is not None
    assert first.load_curve(metric) == pytest.approx([0.5, first.metrics[metric]])


def test_the_arms_are_compared_in_pairs_of_seeds(
    source: tuple[str, str, str, ImportedRuns],
) -> None:
    _, address, store, _ = source
    result = run("compare", address, "--store", store)
    assert result.exit_code == 0, result.output
    assert "lr=0.1 scores" in result.output
    assert "3 pairs" in result.output
    assert "repeats are numbered by seed" in result.output


def test_a_data_frame_is_read_as_a_table() -> None:
    frame = pd.DataFrame(
        [{"lr": lr, "seed": seed, "val_acc": score(lr, seed) + lr * seed / 10} for lr, seed in ARMS]
    )
    runs = seedbed.read(frame)
    assert seedbed.compare(runs).verdict == "different"
    assert list(runs.to_frame()["val_acc"]) == list(frame["val_acc"])
    with pytest.raises(InputError, match="these runs are read already"):
        seedbed.read(runs)  # type: ignore[arg-type]


def test_every_question_takes_a_data_frame(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        [{"lr": lr, "seed": seed, "val_acc": score(lr, seed)} for lr, seed in ARMS]
    )
    runs = seedbed.read(frame)
    for ask in (
        seedbed.spread,
        seedbed.seeds,
        seedbed.sources,
        seedbed.search,
        partial(seedbed.compare, by="lr", metric="val_acc"),
        partial(seedbed.paper, published=0.9),
        partial(seedbed.report, output=tmp_path / "page"),
    ):
        assert ask(frame).answer == ask(runs).answer
    for question, sentence in ((seedbed.epochs, "no curves"), (seedbed.drift, "needs the day")):
        with pytest.raises(InputError, match=sentence):
            question(frame)


def test_an_export_of_weights_and_biases_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "wandb_export.csv"
    path.write_text(
        '"Name","State","Notes","User","Tags","Created","Runtime","Sweep","batch_size","seed",'
        '"val_acc"\n'
        '"fine-sun-1","finished","-","ann","","2026-01-01","310","","32","1","0.91"\n'
        '"fine-sun-2","finished","-","ann","","2026-01-01","311","","32","2","0.92"\n'
        '"fine-sun-3","crashed","-","ann","","2026-01-01","312","","32","3",""\n'
        '"fine-sun-4","finished","-","ann","","2026-01-01","313","","256","1","0.88"\n'
        '"fine-sun-5","finished","-","ann","","2026-01-01","314","","256","2","0.895"\n',
        encoding="utf-8",
    )
    said = run("compare", str(path)).output
    assert "the arms are the values of batch_size (32, 256)" in said
    assert "2 pairs" in said
    assert "1 run (fine-sun-3) failed: not counted." in said


def test_a_column_that_is_not_called_like_a_score_is_named(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    path.write_text("arm,points,x\na,-1.6,.1\na,-1.5,.2\nb,0.7,.3\nb,0.8,.4\n", encoding="utf-8")
    assert "name a column of a table with --metric" in run("compare", str(path)).stderr
    said = run("compare", str(path), "--by", "arm", "--metric", "points").output
    assert "arm=b scores 2.3 higher than arm=a" in said


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("adam/bs=32/seed_3", {"folder 1": "adam", "bs": 32, "seed": 3}),
        ("lr=0.1,seed=2", {"lr": 0.1, "seed": 2}),
        ("bs32/run-1", {"bs": 32, "run": 1}),
        ("mnist", {"folder 1": "mnist"}),
        ("cnn_run3", {"folder 1": "cnn", "run": 3}),
        ("resnet18-seed3", {"folder 1": "resnet18", "seed": 3}),
        ("resnet18", {"folder 1": "resnet18"}),
        ("vgg16/fold3", {"folder 1": "vgg16", "fold": 3}),
        ("vgg16_lr0.1_bs32", {"folder 1": "vgg16", "lr": 0.1, "bs": 32}),
        ("resnet18_lr=0.1", {"folder 1": "resnet18", "lr": 0.1}),
        ("lr=0.1_resnet18", {"folder 1": "resnet18", "lr": 0.1}),
        ("cnn_bs32_seed3", {"folder 1": "cnn", "bs": 32, "seed": 3}),
        ("lr0.1", {"lr": 0.1}),
        ("lr1e-3-bs32", {"lr": 0.001, "bs": 32}),
        ("lr_0.001", {"lr": 0.001}),
        ("seed7", {"seed": 7}),
        ("run_12", {"run": 12}),
        ("exp-2024-05", {"folder 1": "exp-2024-05"}),
        ("exp_12/seed_1", {"folder 1": "exp_12", "seed": 1}),
        ("model_v2", {"folder 1": "model_v2"}),
        ("v2", {"folder 1": "v2"}),
        ("efficientnet-b0", {"folder 1": "efficientnet-b0"}),
        ("t5", {"folder 1": "t5"}),
        ("mobilenet_v3_large", {"folder 1": "mobilenet_v3_large"}),
        ("hidden_size-64", {"hidden_size": 64}),
        ("momentum=-0.5", {"momentum": -0.5}),
        ("opt=adam_w", {"opt": "adam_w"}),
        ("bs32_lr0.1_s4", {"bs": 32, "lr": 0.1, "seed": 4}),
        ("seed7_adam", {"folder 1": "adam", "seed": 7}),
        ("lr=0.1_batch_size=32_seed=2", {"lr": 0.1, "batch_size": 32, "seed": 2}),
        ("lr=0.1_seed2", {"lr": 0.1, "seed": 2}),
        ("vgg/version_2", {"folder 1": "vgg", "run": 2}),
        ("batch_size_32", {"batch_size": 32}),
        ("class1", {"folder 1": "class1"}),
    ],
)
def test_a_path_spells_parameters(path: str, params: dict[str, object]) -> None:
    assert params_of_path(Path(path)) == params


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("optuna:none.db", "must be a file or an address, but none.db does not exist"),
        ("optuna:empty", "must be a file or an address, but empty is a folder"),
        ("tensorboard:none", "what follows tensorboard: must be a folder, but none does not exist"),
        ("tensorboard:text.txt", "must be a folder, but text.txt is a file"),
        ("csvlogs:none", "must be a folder, but none does not exist"),
        ("csvlogs:text.txt", "must be a folder, but text.txt is a file"),
        ("none.csv", "cannot be read"),
        ("first", "named by a reader and a place"),
        ("optuna:text.txt", "must be a storage of Optuna"),
        ("csvlogs:empty", "has no CSV file"),
        ("tensorboard:empty", "has no event file"),
        ("tensorboard:torn", "must be an event file"),
        ("twice.csv", "must name each column once"),
        ("ragged.csv", "3 columns where 2 are expected"),
        ("wrong.jsonl", "line 1 is not JSON"),
        ("wrong.parquet", "not a Parquet file"),
        ("wandb:none", "is neither"),
        ("wandb:empty", "has no offline run"),
        ("wandb:torn", "must be a file of an offline run"),
        ("sacred:none", "must be a folder, but none does not exist"),
        ("sacred:empty", "has no run.json below it"),
        ("kerastuner:torn", "must be JSON"),
        ("hydra:empty", "has no config.yaml below it"),
        ("ray:empty", "has no params.json below it"),
        ("history:empty", "has no saved history"),
        ("history:evil.pkl", "must hold Keras's history"),
        ("history:text.txt", "must be a saved history"),
        ("neptune:empty", "must be a Parquet file or a folder"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(
    address: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "torn").mkdir()
    (tmp_path / "text.txt").write_text("not a journal\n", encoding="utf-8")
    (tmp_path / "twice.csv").write_text("a,a\n1,2\n", encoding="utf-8")
    (tmp_path / "ragged.csv").write_text("a,b\n1,2,3\n", encoding="utf-8")
    (tmp_path / "wrong.jsonl").write_text("{", encoding="utf-8")
    (tmp_path / "wrong.parquet").write_text("PAR", encoding="utf-8")
    (tmp_path / "torn" / "run-1.wandb").write_bytes(b"anything else")
    (tmp_path / "torn" / "trial.json").write_text("{", encoding="utf-8")
    (tmp_path / "evil.pkl").write_bytes(b"cos\nsystem\n(S'touch evil'\ntR.")
    broken = (3).to_bytes(8, "little") + bytes(4) + b"\x0f\x0f\x0f" + bytes(4)
    (tmp_path / "torn" / "events.out.tfevents.1").write_bytes(broken)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError, match=sentence):
        read_runs(address)
    assert sorted(tmp_path.rglob("*")) == before


OTHERS = """
from seedbed.tracking.importing.imported_runs import ImportedRun, ImportedRuns

def read(source):
    runs = [
        ImportedRun(f"{arm}{seed}", arm, "finished", {"arm": arm, "seed": seed}, {"acc": value})
        for arm, value in (("a", 0.9), ("b", 0.8))
        for seed, value in ((1, value), (2, value + 0.01), (3, value - 0.01))
    ]
    return ImportedRuns(f"mine:{source.name}", "my runs", tuple(runs))
"""


def test_another_package_brings_a_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from seedbed.tracking.importing import readers

    (tmp_path / "my_reader.py").write_text(OTHERS, encoding="utf-8")
    info = tmp_path / "my_reader-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: my-reader\nVersion: 1.0\n", encoding="utf-8")
    points = "[seedbed.readers]\nmine = my_reader:read\nbroken = nothing:read\nmlflow = evil:read\n"
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    readers._others.cache_clear()
    try:
        assert "arm=a scores" in run("compare", "mine:anything").output
        assert "cannot be loaded" in run("compare", "broken:x").stderr
        assert set(readers._others()) == {"mine", "broken"}
    finally:
        readers._others.cache_clear()


def test_many_settings_that_differ_are_no_arms_if_the_arms_are_named(tmp_path: Path) -> None:
    """Each run has 2,000 settings of its own, and the arms three runs each."""
    path = tmp_path / "wide.csv"
    names = ",".join(f"p{number}" for number in range(2000))
    rows = [
        ",".join(str(number % (run_number + 2) == 0) for number in range(2000))
        + f",{run_number % 2},{run_number // 2},{0.9 + run_number / 100}"
        for run_number in range(6)
    ]
    path.write_text(f"{names},arm,seed,acc\n" + "\n".join(rows), encoding="utf-8")
    assert "name those that define the arms with --by" in run("compare", str(path)).stderr
    said = run("compare", str(path), "--by", "arm").output
    assert "the arms are the values of arm (0, 1);" in said
    assert "Nothing repeats" not in said


def test_a_verdict_on_runs_of_weights_and_biases_is_printed_for_a_report() -> None:
    said = run("compare", f"wandb:{DATA / 'wandb-0.31.0'}", "--write-back").output
    assert "| quantity | value |" in said
    assert "Paste this into a report of W&B." in said


def test_two_folders_of_sacred_hold_different_runs(tmp_path: Path) -> None:
    for name in ("a", "b"):
        shutil.copytree(DATA / "sacred-0.8.7", tmp_path / name)
    found = read_runs(f"sacred:{tmp_path}").runs
    assert len({one.run_id for one in found}) == len(found) == 12


def test_whole_numbers_without_bounds_are_no_scores(tmp_path: Path) -> None:
    shutil.copytree(DATA / "hydra-1.3.8", tmp_path / "jobs")
    place = next((tmp_path / "jobs").rglob(".hydra")).parent
    (place / "more.json").write_text(f'{{"huge": 1{"0" * 400}}}', encoding="utf-8")
    assert not any("huge" in one.metrics for one in read_runs(f"hydra:{tmp_path / 'jobs'}").runs)


def test_labels_of_many_digits_are_told_apart() -> None:
    found = predictions_of_labels([1234567, 1234568, 1.0], [1234567, 1234567, 1])
    assert found is not None
    assert (found.predicted == found.labels).tolist() == [True, False, True]


def test_histories_are_not_kept_beside_the_runs(tmp_path: Path) -> None:
    rows = "".join(f"{epoch},{epoch / 7:.5f}\n" for epoch in range(2_000))
    for seed in range(20):
        (tmp_path / f"seed_{seed}.csv").write_text(f"epoch,accuracy\n{rows}")
    read_runs(f"csvlogs:{tmp_path}")  # what is imported on the way counts to nobody
    tracemalloc.start()
    try:
        runs = read_runs(f"csvlogs:{tmp_path}").runs
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 20 * 2_000 * 8  # less than a float for each value
    assert runs[0].load_curve is not None
    assert len(runs[0].load_curve("accuracy")) == 2_000


def test_a_source_that_is_not_there_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "runs.csv").write_text("seed,acc\n1,0.9\n")
    (tmp_path / "logs").mkdir()
    for address, near in (
        (f"{tmp_path}/run.csv", f"did you mean {tmp_path}/runs.csv?"),
        (f"tensorboard:{tmp_path}/log", f"did you mean {tmp_path}/logs?"),
        (f"csvlogs:{tmp_path}/Logs2", f"did you mean {tmp_path}/logs?"),
        ("tensorbord:logs", "did you mean tensorboard:logs?"),
        ("mlfow:cnn", "did you mean mlflow:cnn?"),
    ):
        assert is_address(address)
        with pytest.raises(InputError) as told:
            read_runs(address)
        assert near in str(told.value)
    assert not is_address("first:2026-01-01")


def test_a_file_is_not_the_nearest_name_of_an_experiment(
    tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "auto.py").write_text("")
    with pytest.raises(InputError) as told:
        read_runs("mlflow:auto", store=str(empty_database))
    assert "no MLflow experiment 'auto'" in str(told.value)
    assert "auto.py" not in str(told.value)


@pytest.mark.parametrize("reader", ["csvlogs", "tensorboard", "sacred", "ray", "hydra"])
def test_a_folder_that_cannot_be_read_is_not_passed_over(
    reader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shut").mkdir()
    listed = os.scandir

    def refuse(path: str | Path = ".") -> object:
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)  # root may read everything
    with pytest.raises(InputError, match="shut cannot be read, and may hold runs: Permission"):
        read_runs(f"{reader}:{tmp_path}")


def test_a_folder_without_permission_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_text("epoch,acc\n0,0.9\n")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root may read everything
    with pytest.raises(InputError, match="Permission denied"):
        read_runs(f"csvlogs:{tmp_path}")
