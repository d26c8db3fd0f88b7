"""Exports of other shapes: resumed and failed runs, nested folders, tuples, tags of Python in YAML.

The folder's name in tests/data says with which version the tool wrote them.
"""

import json
import math
import shutil
import struct
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import ClassVar

import pytest

import seedbed
from seedbed.system.errors import InputError
from seedbed.tracking.importing.imported_runs import ImportedRun
from seedbed.tracking.importing.readers import read_runs
from seedbed.tracking.importing.tools.wandb_project import numbers_of
from seedbed.tracking.importing.yaml_files import settings_in
from tests.analysis.asking import refused, run, write
from tests.support.protocol_buffers import field, varint

DATA = Path(__file__).parents[1] / "data"


def by_params(address: str, *names: str) -> dict[tuple[object, ...], ImportedRun]:
    return {tuple(one.params[name] for name in names): one for one in read_runs(address).runs}


def test_a_resumed_run_of_tensorboard_is_one_run_in_the_order_of_its_steps() -> None:
    """Each died after its third step, was resumed there, and lies below the day of its seed."""
    runs = by_params(f"tensorboard:{DATA / 'torch-2.13.0'}", "folder 2", "seed")
    assert len(runs) == 6
    last = runs["adam", 2]
    assert last.metrics["val_accuracy"] == pytest.approx(0.858)
    assert last.load_curve is not None
    steps = [0.858 - 0.05 * (4 - step) for step in range(5)]
    assert last.load_curve("val_accuracy") == pytest.approx(steps)
    said = run("compare", f"tensorboard:{DATA / 'torch-2.13.0'}").output
    assert "folder 1 goes with the seed and only names it, so it makes no arm." in said
    assert "folder 2=adam scores 4.6 points higher" in said
    assert "3 pairs" in said


def test_a_failed_trial_of_ray_tune_costs_its_own_pair() -> None:
    runs = by_params(f"ray:{DATA / 'ray-2.60.0'}", "model.opt", "seed")
    assert len(runs) == 6
    assert runs["sgd", 2].state == "failed"
    assert runs["adam", 0].params["model.units"] == "[32, 64]"
    said = run("compare", f"ray:{DATA / 'ray-2.60.0'}").output
    assert "model.opt=adam scores 4.888 points higher" in said
    assert "1 run (train_00005_opt=sgd,see…) failed: not counted." in said


def test_hyperparameters_of_lightning_may_be_nested_and_hold_tuples() -> None:
    runs = by_params(f"csvlogs:{DATA / 'lightning-2.6.6'}", "optimizer", "seed")
    assert len(runs) == 6
    first = runs["adam", 0]
    assert first.params["layers"] == "[32, 64]"
    assert first.params["model.p"] == 0.1
    assert {"test_acc", "val_acc", "train_loss_step"} <= set(first.metrics)
    assert first.load_curve is not None
    assert len(first.load_curve("val_acc")) == 3


def test_a_folder_with_one_trial_that_failed_beside_two_arms_is_still_compared(
    tmp_path: Path,
) -> None:
    """Of the third optimiser the only trial died: the other two keep their verdict."""
    shutil.copytree(DATA / "ray-2.60.0", tmp_path / "ray")
    shutil.copytree(tmp_path / "ray" / "train_00005_opt=sgd,seed=2", tmp_path / "ray" / "dead")
    params = tmp_path / "ray" / "dead" / "params.json"
    write(params, params.read_text(encoding="utf-8").replace("sgd", "lion"))
    said = run("compare", f"ray:{tmp_path / 'ray'}").output
    assert "model.opt=adam scores 4.888 points higher" in said
    assert "model.opt=lion has no result and takes no part." in said


def test_runs_that_all_finished_without_a_number_are_told_as_such(tmp_path: Path) -> None:
    path = write(tmp_path / "runs.csv", "arm,seed,acc\na,1,nan\nb,1,inf\n")
    said = refused("compare", str(path))
    assert "has no finished run with acc" in said
    assert "2 runs (row 1 and row 2) finished without a finite acc" in said
    path = write(tmp_path / "three.csv", "arm,seed,acc\na,1,.9\nb,1,.8\nc,1,nan\n")
    assert "arm=c has no result and takes no part." in run("compare", str(path)).output


def test_the_nearest_name_of_a_study_that_cannot_be_opened_is_not_its_own_file(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "study.db", "not a database")
    assert "did you mean" not in refused("compare", f"optuna:{path}#first")


@pytest.mark.parametrize(
    ("text", "params"),
    [
        ("a: !!python/tuple\n- 1\n- 2\n", {"a": "[1, 2]"}),
        ("a: !!python/object:torch.optim.SGD\n  lr: 0.1\n", {"a.lr": 0.1}),
        ("a: !!python/name:torch.nn.ReLU ''\n", {"a": "torch.nn.ReLU"}),
        ("a: !!python/object/apply:os.system\n- touch evil\n", {"a": '["touch evil"]'}),
        ("a: [2026-01-02, !Own 3]\n", {"a": '["2026-01-02", "3"]'}),
        ("- 1\n", {}),
    ],
)
def test_tags_of_python_in_yaml_are_read_as_what_they_hold(
    text: str, params: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings_in(write(tmp_path / "hparams.yaml", text)) == params
    assert [one.name for one in tmp_path.iterdir()] == ["hparams.yaml"]


ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [1\n", "must be YAML"),
        ("a: &b [*b]\n", r"line 1 column 8: the alias \*b must not hold itself"),
        ("a: &b {c: *b}\n", r"the alias \*b must not hold itself"),
        ("a: " + "[" * 5_000, "must not nest deeper than 20"),
        (ALIASES, "at most 20,000 values, aliases counted"),
        ("a: " + "9" * 5_000, "a number must have at most 40 digits"),
        ("a: 1\n" * 100_000, "at most 100,000 characters"),
        ('a: "\\e[2J"\n', "no control characters"),
    ],
)
def test_yaml_that_cannot_be_settings_is_a_sentence(
    text: str, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=sentence):
        settings_in(write(tmp_path / "hparams.yaml", text))


@pytest.mark.parametrize(
    ("reader", "settings", "log"),
    [("csvlogs", "hparams.yaml", "metrics.csv"), ("hydra", ".hydra/config.yaml", "log.csv")],
)
def test_settings_that_cannot_be_read_cost_their_own_run_alone(
    reader: str, settings: str, log: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name, text in (("a", "lr: 0.1\n"), ("b", "lr: [\n"), ("c", "lr: 0.2\n")):
        (tmp_path / name / settings).parent.mkdir(parents=True)
        write(tmp_path / name / settings, text)
        write(tmp_path / name / log, "epoch,acc\n0,0.5\n")
    runs = read_runs(f"{reader}:{tmp_path}").runs
    assert [(run.state, run.params.get("lr")) for run in runs] == [
        ("finished", 0.1),
        ("failed", None),
        ("finished", 0.2),
    ]
    (said,) = [record.getMessage() for record in caplog.records]
    assert said.startswith(f"The run b does not count: {tmp_path}/b/{settings} must be YAML")


def test_jobs_of_hydra_without_a_result_in_their_folders_are_told_where_to_write_them(
    tmp_path: Path,
) -> None:
    """Hydra leaves the working directory alone, so a script's files may lie elsewhere."""
    place = tmp_path / "multirun" / "0" / ".hydra"
    place.mkdir(parents=True)
    write(place / "config.yaml", "lr: 0.1\n")
    with pytest.raises(InputError, match=r"into its own folder \(hydra\.runtime\.output_dir\)"):
        read_runs(f"hydra:{tmp_path}")


def test_a_run_that_died_before_it_logged_its_parameters_makes_no_arm(tmp_path: Path) -> None:
    rows = [
        {"state": "finished", "opt": opt, "seed": n, "epochs": 5, "width": 8, "acc": 0.9 - lost}
        for opt, lost in (("adam", 0.0), ("sgd", 0.1))
        for n in range(3)
    ]
    rows = [{**row, "acc": float(str(row["acc"])) + int(str(row["seed"])) / 100} for row in rows]
    rows.append({"state": "crashed", "opt": "adam", "seed": 3})
    path = write(tmp_path / "runs.jsonl", "\n".join(json.dumps(row) for row in rows))
    said = run("compare", str(path)).output
    assert "the arms are the values of opt (adam, sgd);" in said
    assert "not set" not in said
    assert "Constant: epochs=5 and width=8." in said
    assert "1 run (row 7) failed: not counted." in said


def test_folders_are_arms_beside_settings_that_do_not_tell_them_apart(tmp_path: Path) -> None:
    """Two networks with equal hyperparameters, each in Lightning's folders version_0, 1 and 2."""
    for arm, lost in (("cnn", 0.0), ("mlp", 0.1)):
        for number in range(3):
            place = tmp_path / arm / f"version_{number}"
            place.mkdir(parents=True)
            write(place / "hparams.yaml", "lr: 0.1\n")
            write(place / "metrics.csv", f"epoch,val_acc\n0,{0.9 - lost + number / 100}\n")
    said = run("compare", f"csvlogs:{tmp_path}").output
    assert "the arms are the values of folder 1 (cnn, mlp); repeats are numbered by run" in said
    for number, path in enumerate(sorted(tmp_path.rglob("hparams.yaml"))):
        opt = "adam" if "cnn" in str(path) else "sgd"
        write(path, f"lr: 0.1\nopt: {opt}\nseed: {number % 3}\n")
    said = run("compare", f"csvlogs:{tmp_path}").output
    assert "the arms are the values of opt (adam, sgd); repeats are numbered by seed" in said
    assert "folder 1" not in said


def test_a_folder_without_its_tool_is_told_how_to_name_it(tmp_path: Path) -> None:
    said = refused("compare", str(tmp_path))
    assert "is a folder: name the tool that wrote it before a colon, as in tensorboard:" in said


@pytest.mark.parametrize(
    ("twice", "whose"),
    [("1", "1 run reused a seed of its own"), ("12", "2 runs reused a seed of their own")],
)
def test_seeds_that_are_used_twice_are_told(twice: str, whose: str, tmp_path: Path) -> None:
    seeds = "123" + twice
    rows = [
        f"{arm},{seed},{0.9 + at / 100}"
        for arm, given in (("a", seeds), ("b", "123"))
        for at, seed in enumerate(given)
    ]
    said = run("compare", str(write(tmp_path / "r.csv", "\n".join(["arm,seed,acc", *rows]))))
    assert whose in said.output
    assert "Of the runs of one seed only the first can form a pair." in said.output


def test_many_configurations_of_one_run_each_are_told_in_a_few_lines(tmp_path: Path) -> None:
    rows = [f"0.{at:03},{0.9 - at / 10_000}" for at in range(1, 301)]
    path = write(tmp_path / "trials.csv", "lr,accuracy\n" + "\n".join(rows) + "\n")
    said = run("compare", str(path)).output
    assert "Nothing repeats: each configuration ran once" in said
    assert "lr=0.001 scored best, 89.99 %, and lr=0.3 worst, 87 %, of 300 configurations" in said
    assert "… and 264 more" in said
    assert len(said.splitlines()) < 60
    assert "no configuration is called 'nonsense'" in refused(
        "compare", str(path), "--control", "nonsense"
    )
    assert run("compare", str(path), "--control", "0.001").exit_code == 0


def test_configurations_of_one_run_each_and_one_score_have_no_best(tmp_path: Path) -> None:
    path = write(tmp_path / "trials.csv", "lr,accuracy\n0.1,0.9\n0.2,0.9\n0.3,0.9\n")
    found = seedbed.compare(str(path))
    assert found.verdict == "undecided"
    assert (
        "All 3 configurations scored the same, 90 %; with one run each it is undecided whether any "
        "two differ." in found.answer
    )
    assert "best" not in found.answer


def test_of_many_comparisons_those_of_the_smallest_p_have_a_sentence(tmp_path: Path) -> None:
    rows = [
        f"{arm},{seed},{0.5 + arm / 50 + seed / 1000 + (arm * seed) % 3 / 500}"
        for arm in range(12)
        for seed in range(4)
    ]
    path = write(tmp_path / "arms.csv", "arm,seed,accuracy\n" + "\n".join(rows) + "\n")
    said = run("compare", str(path)).output
    assert "The other 30 comparisons have equal or larger p; the JSON output lists them." in said
    assert said.count("points higher than") + said.count("points lower than") == 36


@pytest.mark.parametrize(
    ("header", "rows", "sentence"),
    [
        ("epoch,accuracy,loss", ["0,0.5,1.2", "1,0.6,1.1", "2,0.7,1.0"], "counts its rows"),
        ("acc,global_step", ["0.5,100", "0.6,250", "0.7,300"], "counts its rows"),
        ("Step,a - acc,a - acc__MIN", ["0,0.5,0.5", "1,0.6,0.6"], "export of a W&B chart"),
    ],
)
def test_a_row_per_epoch_is_not_taken_for_a_row_per_run(
    header: str, rows: list[str], sentence: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "log.csv", "\n".join([header, *rows]) + "\n")
    assert sentence in refused("compare", str(path))


@pytest.mark.parametrize("header", ["epoch,seed,acc", "epoch,epochs,acc"])
def test_a_table_of_runs_may_hold_the_epoch_of_each(header: str, tmp_path: Path) -> None:
    """With seeds beside it, or where it does not rise, it is the epoch that a run ended with."""
    rows = ["3,1,0.9", "5,2,0.8", "7,3,0.7"] if "seed" in header else ["3,1,0.9", "3,2,0.8"]
    path = write(tmp_path / "runs.csv", "\n".join([header, *rows]) + "\n")
    assert len(read_runs(str(path)).runs) == len(rows)


@pytest.mark.parametrize("scores", ["0.9%;1.1 %;0.5%;0.7%", "0.009;0.011;0.005;0.007"])
def test_scores_written_in_percent_are_the_fractions_that_they_say(
    scores: str, tmp_path: Path
) -> None:
    rows = zip(("a;1", "a;2", "b;1", "b;2"), scores.split(";"), strict=True)
    text = "arm;seed;eer\n" + "".join(f"{arm};{score}\n" for arm, score in rows)
    found = read_runs(str(write(tmp_path / "runs.csv", text))).runs
    assert [one.metrics["eer"] for one in found] == pytest.approx([0.009, 0.011, 0.005, 0.007])


def test_keras_validation_scores_by_step_are_no_second_score(tmp_path: Path) -> None:
    """Keras's callback writes each validation metric by epochs and again by training steps."""
    for seed in range(2):
        place = tmp_path / f"bs32_seed{seed}" / "validation"
        place.mkdir(parents=True)
        scalars = {"epoch_accuracy": 0.9, "evaluation_accuracy_vs_iterations": 0.9}
        with (place / "events.out.tfevents.1").open("wb") as stream:
            for tag, value in scalars.items():
                number = varint(2 << 3 | 5) + struct.pack("<f", value)
                event = field(5, field(1, field(1, tag.encode()) + number))
                stream.write(struct.pack("<Q", len(event)) + bytes(4) + event + bytes(4))
    runs = by_params(f"tensorboard:{tmp_path}", "bs", "seed")
    assert set(runs[32, 1].metrics) == {"val_accuracy"}


def wandb_item(key: str, value: object) -> bytes:
    return field(1, field(1, key.encode()) + field(16, json.dumps(value).encode()))


def test_group_job_type_and_commit_of_a_run_of_weights_and_biases_are_read(tmp_path: Path) -> None:
    config = field(4, wandb_item("seed", 3))
    labels = field(6, b"large") + field(7, b"train") + field(10, b"x") + field(10, b"y")
    run_record = field(1, b"id7") + config + labels + field(21, field(2, b"c0ffee"))
    records = [field(17, run_record), field(3, wandb_item("val_acc", "NaN")), field(18, b"")]
    path = tmp_path / "run-id7.wandb"
    with path.open("wb") as stream:
        stream.write(b":W&B" + bytes(3))
        for record in records:
            stream.write(bytes(4) + struct.pack("<HB", len(record), 1) + record)
    (found,) = read_runs(f"wandb:{tmp_path}").runs
    assert found.tags == {"group": "large", "job_type": "train", "tags": "x, y"}
    assert found.facts == {"git commit": "c0ffee"}
    assert math.isnan(found.metrics["val_acc"])


def test_nested_results_of_sacred_and_weights_and_biases_are_metrics(tmp_path: Path) -> None:
    shutil.copytree(DATA / "sacred-0.8.7", tmp_path / "sacred")
    path = next((tmp_path / "sacred").rglob("run.json"))
    about = json.loads(path.read_text(encoding="utf-8"))
    result = {"test": {"acc": 0.5, "n": "x"}, "f1": 0.25}
    write(path, json.dumps({**about, "result": result}))
    found = [one.metrics for one in read_runs(f"sacred:{tmp_path / 'sacred'}").runs]
    (nested,) = [metrics for metrics in found if "f1" in metrics]
    assert (nested["test.acc"], nested["f1"]) == (0.5, 0.25)
    assert "result" not in nested
    image = {"_type": "image-file", "height": 64}
    summary = {"val": {"acc": {"max": 0.9}}, "image": image, "_step": 3, "loss": "NaN"}
    metrics = numbers_of(summary)
    assert metrics.pop("loss") != metrics.get("loss")
    assert metrics == {"val.acc.max": 0.9}


def history(keys: list[str]) -> list[dict[str, float | None]]:
    return [{keys[0]: 0.1}, {keys[0]: None}, {keys[0]: 0.9}]


class Project:
    """W&B's client, as far as it is used: ``Api().runs`` of version 0.31, and its runs."""

    asked: ClassVar[list[object]] = []

    def runs(self, path: str, *, lazy: bool = True) -> list[SimpleNamespace]:
        self.asked.append((path, lazy))
        states = ("finished", "preempting", "crashed")
        return [
            SimpleNamespace(
                id=f"id{at}",
                name=f"run {at}",
                state=state,
                config={"lr": 0.1, "_wandb": {}},
                summary={"acc": "NaN" if at else 0.9, "_step": 4},
                tags=["x"],
                group="large",
                job_type=None,
                commit="c0ffee",
                created_at="2026-11-01T10:00:00Z",
                scan_history=history,
            )
            for at, state in enumerate(states)
        ]


def test_a_project_of_weights_and_biases_is_asked_for_all_runs_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = ModuleType("wandb")
    client.__spec__ = ModuleSpec("wandb", None)
    client.Api = Project  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "wandb", client)
    first, second, third = read_runs("wandb:me/p").runs
    assert Project.asked == [("me/p", False)]
    assert (first.state, second.state, third.state) == ("finished", "running", "failed")
    assert first.params == {"lr": 0.1}
    assert first.metrics == {"acc": 0.9}
    assert math.isnan(second.metrics["acc"])
    assert first.tags == {"group": "large", "tags": "x"}
    assert first.facts == {"git commit": "c0ffee"}
    assert first.started_ms == 1_793_527_200_000
    assert first.load_curve is not None
    assert first.load_curve("acc") == [0.1, 0.9]
