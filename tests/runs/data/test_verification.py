"""Verification: folders of images, error rates, and what is refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from PIL import Image

from seedbed.analysis.statistics.answers import verification as oracle
from seedbed.runs.execution.cell import run_cell
from seedbed.runs.recording.error_rates import (
    choose_threshold,
    eer,
    eer_hull,
    rates,
    verification_scores,
)
from seedbed.runs.settings.seeds import derive
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.errors import InputError
from tests.support.cells import folder_of, in_store
from tests.support.networks import network

verification_cnn = network("verification_cnn")
Options, check, lfw_folder, load = (
    getattr(verification_cnn, name) for name in ("Options", "check", "lfw_folder", "load")
)
IMPOSTORS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.45, 0.6]
GENUINE = [0.4, 0.5, 0.7, 0.8]


def together(low: list[float], high: list[float]) -> tuple[Any, Any]:
    return np.array(low + high), np.arange(len(low) + len(high)) >= len(low)


def test_the_two_equal_error_rates_of_the_known_example() -> None:
    scores = together(IMPOSTORS, GENUINE)
    assert eer(*scores) == pytest.approx(0.25)
    assert eer_hull(*scores) == pytest.approx(1 / 6)


values = st.lists(st.integers(0, 12).map(lambda n: n / 12), min_size=1, max_size=12)


@given(values, values)
def test_scores_agree_with_the_analysis(low: list[float], high: list[float]) -> None:
    scores, genuine = together(low, high)
    assert eer(scores, genuine) == pytest.approx(oracle.eer_interpolated(low, high))
    assert eer_hull(scores, genuine) == pytest.approx(oracle.eer_hull(low, high))
    threshold = choose_threshold(scores, genuine)
    assert threshold == pytest.approx(oracle.choose_threshold(low, high))
    assert rates(scores, genuine, threshold) == oracle.error_rates(low, high, threshold)


def test_the_threshold_comes_from_devel_and_the_rates_from_test() -> None:
    devel, test = together([0.1, 0.2], [0.8, 0.9]), together([0.1, 0.85], [0.7, 0.9])
    found = verification_scores(*devel, *test)
    assert found["threshold"] == 0.8
    assert (found["far"], found["frr"], found["hter"]) == (0.5, 0.5, 0.5)
    assert found["accuracy_at_threshold"] == 0.5
    assert found["devel_eer"] == 0


def folder(parent: Path, images: int = 6, size: int = 12) -> Path:
    rng = np.random.default_rng(1)
    for part in ("train", "devel", "test"):
        for label, name in enumerate(("genuine", "impostor")):
            here = parent / part / name
            here.mkdir(parents=True)
            for number in range(images):
                pixels = rng.integers(0, 100, (size, size)) + 100 * label
                path = here / f"s{number % 3}_{number}.png"
                Image.fromarray(pixels.astype(np.uint8)).save(path)
    return parent


def loaded(data: Path, **changes: Any) -> Any:
    options = Options(data=str(data), image_size=12, **changes)
    return load(options, derive(options))


def test_folders_become_splits_with_keras_classes(store_path: Path, tmp_path: Path) -> None:
    del store_path
    data = folder(tmp_path / "data")
    splits = loaded(data)
    assert splits.classes == ("genuine", "impostor")
    assert [len(p) for p in (splits.train, splits.validation, splits.test)] == [12, 12, 12]
    assert splits.train.inputs.shape[1:] == (12, 12, 1)
    first = np.asarray(Image.open(data / "train" / "genuine" / "s0_0.png"))
    np.testing.assert_allclose(splits.train.inputs[0, :, :, 0] * 255, first, atol=1e-4)
    assert splits.subjects is None
    cached = loaded(data)
    assert np.array_equal(cached.train.inputs, splits.train.inputs)
    assert cached.sha256 == splits.sha256


def test_subjects_are_kept_and_not_divided(store_path: Path, tmp_path: Path) -> None:
    del store_path
    data = folder(tmp_path / "data", images=9)
    given = {"subject_pattern": r"(s\d+)_", "divide": "subjects"}
    splits = loaded(data, **given)
    assert set(splits.subjects) == {"s0", "s1", "s2"}
    names = sorted(path.name for path in (data / "train" / "genuine").iterdir())
    who = [name.split("_")[0] for name in names] * 6
    inside = {who[i] for i in splits.train.ids}
    outside = {who[i] for i in splits.validation.ids}
    assert inside
    assert outside
    assert not inside & outside


def test_lfw_is_written_in_the_folder_layout(store_path: Path) -> None:
    del store_path
    found = lfw_folder()
    counts = {
        f"{part.name}/{kind.name}": len(list(kind.iterdir()))
        for part in found.iterdir()
        for kind in part.iterdir()
    }
    assert counts == {
        "train/face": 40,
        "train/other": 40,
        "devel/face": 20,
        "devel/other": 20,
        "test/face": 40,
        "test/other": 40,
    }
    assert lfw_folder() == found


def spoil(data: Path, how: str) -> None:
    image = data / "train" / "genuine" / "s0_0.png"
    if how == "missing":
        (data / "devel").rename(data / "development")
    elif how == "empty":
        for path in (data / "test" / "impostor").iterdir():
            path.unlink()
    elif how == "one class":
        for part in data.iterdir():
            (part / "impostor").rename(part.parent.parent / f"{part.name}-gone")
    elif how == "differ":
        (data / "devel" / "impostor").rename(data / "devel" / "attack")
    elif how == "zero bytes":
        image.write_bytes(b"")
    elif how == "unreadable":
        image.write_bytes(image.read_bytes()[:60])
    elif how == "channels":
        Image.new("RGB", (12, 12)).save(image)
    elif how == "three":
        for part in data.iterdir():
            (part / "x").mkdir()
            Image.new("L", (12, 12)).save(part / "x" / "s1_1.png")


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("missing", r"must have train, devel and test in it, but .*devel is missing"),
        ("empty", r"must have images in each part, but .*impostor has none"),
        ("one class", r"two classes or more, one folder each, but .* has only 'genuine'"),
        ("differ", r"must have the same classes, but 'attack' is not in train"),
        ("zero bytes", r"train/genuine/s0_0\.png has 0 bytes"),
        ("unreadable", r"must be readable, but train/genuine/s0_0\.png is not"),
        ("channels", r"must have 1 channel\(s\), but train/genuine/s0_0\.png has 3"),
        ("three", r"must have two classes, genuine and impostor, got 3"),
    ],
)
def test_bad_folders_are_one_sentence(
    how: str, sentence: str, store_path: Path, tmp_path: Path
) -> None:
    del store_path
    data = folder(tmp_path / "data")
    spoil(data, how)
    with pytest.raises(InputError, match=sentence):
        check(Options(data=str(data), image_size=12))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"subject_pattern": "("}, "must be a regular expression"),
        ({"subject_pattern": "z(x)"}, r"is not in train/genuine/s0_0\.png"),
        ({"genuine": "nobody"}, "must be one of the classes, genuine, impostor"),
        ({"divide": "subjects"}, "must know the subjects"),
        ({"train_size": 1}, "from 2 to 12, got 1"),
        ({"divide": "subjects", "subject_pattern": "s"}, "two subjects or more"),
    ],
)
def test_bad_options_are_one_sentence(
    changes: dict[str, Any], sentence: str, store_path: Path, tmp_path: Path
) -> None:
    del store_path
    with pytest.raises(InputError, match=sentence):
        loaded(folder(tmp_path / "data"), **changes)
    with pytest.raises(InputError, match="must be a folder with train, devel and test"):
        check(Options(data=str(tmp_path / "nowhere")))


TRIALS = (("dev", "trials_devel.csv"), ("test", "trials_test.csv"))


def test_a_run_stops_early_and_records_scores_and_pictures(
    pool: LocalPool, store_path: Path, tmp_path: Path
) -> None:
    data = folder(tmp_path / "data")
    given = {
        "data": str(data),
        "image_size": 12,
        "epochs": 30,
        "patience": 1,
        "learning_rate": 1e-9,
        "subject_pattern": r"(s\d+)_",
    }
    path = folder_of("verification_cnn", tmp_path, given)
    arguments = (run_cell, "verification_cnn", given, path)
    outcome = pool.submit(in_store, str(store_path), *arguments).result()
    assert outcome.state == "finished", outcome.reason
    assert {"hter", "eer", "eer_hull", "far", "frr", "threshold"} <= set(outcome.metrics)
    assert any("The test set has 12 examples" in note for note in outcome.notes)
    artifacts = Path(path) / "artifacts"
    for name in ("far_frr", "roc", "det"):
        assert (artifacts / f"{name}.png").stat().st_size > 2000
    with np.load(artifacts / "predictions.npz") as stored:
        assert sorted(set(stored["subjects"])) == ["s0", "s1", "s2"]
        epochs = len(stored["labels_by_epoch"])
    assert epochs == outcome.metrics["best_epoch"] + 1 < 30
    from click.testing import CliRunner

    from seedbed.cli.main import main as analysis

    files = [f"--{kind}={artifacts / name}" for kind, name in TRIALS]
    answer = CliRunner().invoke(
        analysis, ["verification", *files, "--subjects", "--format", "json"]
    )
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.output)
    assert told["hter"]["value"] == pytest.approx(outcome.metrics["hter"])
    assert "over 3 subjects" in told["hter"]["method"]
