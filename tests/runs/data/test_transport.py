"""Transport modes: the simulation, the features, and data files from the field."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seedbed.runs.data import simulated_trajectories
from seedbed.runs.data.arrays import splits_from_arrays
from seedbed.runs.data.simulated_trajectories import MODES, distance_and_bearing, features, simulate
from seedbed.runs.execution.cell import run_cell
from seedbed.runs.settings.seeds import derive
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.errors import InputError
from tests.support.cells import folder_of, in_store
from tests.support.networks import network

transport_cnn = network("transport_cnn")
CLASSES, Options = transport_cnn.CLASSES, transport_cnn.Options
check, load, read = transport_cnn.check, transport_cnn.load, transport_cnn.read
scaled, simulated, sums = transport_cnn.scaled, transport_cnn.simulated, transport_cnn.sums


def test_distances_agree_with_the_ellipsoids_published_degrees() -> None:
    """A degree of latitude at 45° is 111,132 m and of longitude 78,847 m (WGS 84 tables)."""
    step = 0.01
    north, bearing = distance_and_bearing(np.array([45 - step / 2, 45 + step / 2]), np.zeros(2))
    assert north[0] / step == pytest.approx(111_132, abs=2)
    assert bearing[0] == pytest.approx(0)
    east, bearing = distance_and_bearing(np.full(2, 45.0), np.array([0, step]))
    assert east[0] / step == pytest.approx(78_847, abs=2)
    assert bearing[0] == pytest.approx(90)


def test_features_of_a_known_track() -> None:
    """Straight north at 10 m/s, then a turn by 90° east; speeds up nowhere."""
    meridian, parallel = simulated_trajectories.radii(np.radians(45.0))
    fixes = np.arange(12)
    north = np.minimum(fixes, 6) * 20.0
    east = np.maximum(fixes - 6, 0) * 20.0
    latitude = 45 + np.degrees(north / meridian)
    longitude = np.degrees(east / (parallel * np.cos(np.radians(45.0))))
    found = features(latitude[np.newaxis], longitude[np.newaxis])[0, 0]
    assert found.shape == (8, 4)
    np.testing.assert_allclose(found[:, 0], 10, atol=0.01)
    np.testing.assert_allclose(found[:, 1:3], 0, atol=0.01)
    turns = found[:, 3]
    assert turns[5] == pytest.approx(90, abs=0.1)
    assert np.delete(turns, 5).max() < 0.1


def test_modes_move_as_their_profile_says() -> None:
    rng = np.random.default_rng(1)
    speeds = []
    for mode in MODES:
        found = features(*simulate(mode, 300, 204, rng))[:, 0, :, 0]
        moving = np.percentile(found, 75)
        assert moving == pytest.approx(mode.cruise, rel=0.45), mode.name
        speeds.append(moving)
    assert speeds == sorted(speeds)


def test_the_simulated_windows_have_the_published_shares(store_path: Path) -> None:
    del store_path
    found = simulated(10)
    inputs, labels, test = (found[name] for name in ("inputs", "labels", "test"))
    assert inputs.shape[1:] == (1, 10, 4)
    assert np.bincount(labels[test]).tolist() == [2122, 1121, 1439, 888, 918]
    assert test.sum() == 6488
    assert np.isfinite(inputs).all()
    assert np.array_equal(simulated(10)["inputs"], inputs)


def test_channels_are_scaled_by_the_training_windows(store_path: Path) -> None:
    del store_path
    options = Options(length=10, train_size=500)
    splits = load(options, derive(options))
    flat = splits.train.inputs.reshape(-1, 4)
    np.testing.assert_allclose(flat.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(flat.std(axis=0), 1, atol=1e-3)
    assert abs(splits.test.inputs.reshape(-1, 4).mean(axis=0)).max() > 1e-4
    assert splits.data == "simulated trajectories"


def test_a_channel_that_never_changes_is_only_centred(store_path: Path) -> None:
    del store_path
    inputs = np.random.default_rng(1).normal(size=(60, 1, 8, 4)).astype(np.float32)
    inputs[..., 2] = 1e4 / 3
    splits = splits_from_arrays(inputs, np.arange(60) % 2, split_seed=1)
    plain = splits.train.inputs.copy()
    found = scaled(splits, sums(splits.train.inputs)).train.inputs
    assert np.abs(found[..., 2]).max() < 1e-3
    mean, sd = (getattr(plain[..., 0].astype(float), name)() for name in ("mean", "std"))
    np.testing.assert_allclose(found[..., 0], (plain[..., 0] - mean) / sd, atol=1e-6)


def windows(count: int = 120) -> tuple[Any, Any]:
    rng = np.random.default_rng(3)
    labels = np.arange(count) % 5
    inputs = rng.normal(size=(count, 1, 8, 4)) + labels[:, None, None, None]
    return inputs.astype(np.float32), labels


@pytest.mark.parametrize("form", ["npz", "npz X y", "pickle 2", "pickle 5", "list"])
def test_a_file_of_the_field_is_read(form: str, tmp_path: Path) -> None:
    inputs, labels = windows()
    path = tmp_path / ("data.npz" if form.startswith("npz") else "data.pickle")
    if form == "npz":
        np.savez(path, inputs=inputs, labels=labels)
    elif form == "npz X y":
        np.savez(path, X=inputs[:, 0], y=labels)
    elif form == "list":
        path.write_bytes(pickle.dumps([inputs, labels.tolist()]))
    else:
        path.write_bytes(pickle.dumps((inputs, labels), int(form[-1])))
    options = Options(data=str(path))
    check(options)
    splits = load(options, derive(options))
    assert splits.classes == CLASSES
    assert splits.data == path.name
    assert len(splits.test) == 24
    found, _, _ = read(path)
    assert np.array_equal(found, inputs)


@pytest.mark.parametrize(
    ("inputs", "labels", "sentence"),
    [
        (np.zeros((20, 1, 8, 3)), np.arange(20) % 2, r"must have the shape \(1, T, 4\)"),
        (np.zeros((20, 1, 8, 4)), np.arange(19) % 2, "one entry per example"),
        (np.full((20, 1, 8, 4), np.nan), np.arange(20) % 2, "20 of 20 examples hold NaN"),
        (np.full((20, 1, 8, 4), np.inf), np.arange(20) % 2, "NaN or infinity"),
        (np.zeros((20, 1, 8, 4)), np.arange(20) % 2 + 0.5, "whole numbers from 0, got 0.5"),
        (np.zeros((20, 1, 8, 4)), -(np.arange(20) % 2), "whole numbers from 0, got -1"),
        (np.zeros((20, 1, 8, 4)), np.zeros(20), "two classes or more, got only 0"),
        (np.zeros((20, 1, 8, 4)), np.eye(2)[np.arange(20) % 2], r"argmax\(axis=1\)"),
        (np.zeros((0, 1, 8, 4)), np.zeros(0), "must hold examples, got none"),
        (np.zeros((6, 1, 8, 4)), np.arange(6) % 2, "5 examples or more"),
        (np.zeros((20, 1, 8, 4)), np.array(["bus", "car"] * 10), "whole numbers from 0, got the"),
        (np.array([["a"]] * 20).reshape(20, 1, 1, 1).repeat(4, 3), np.arange(20) % 2, "be numbers"),
    ],
)
def test_bad_arrays_are_one_sentence(
    inputs: Any, labels: Any, sentence: str, tmp_path: Path
) -> None:
    np.savez(tmp_path / "data.npz", inputs=inputs, labels=labels)
    options = Options(data=str(tmp_path / "data.npz"))
    with pytest.raises(InputError, match=sentence):
        check(options)


def test_files_of_another_form_are_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    with pytest.raises(InputError, match=r"must be an existing \.npz or pickle"):
        check(Options(data=str(path)))
    path.write_bytes(b"PK no zip")
    with pytest.raises(InputError, match=r"data\.npz must be a whole \.npz"):
        read(path)
    np.savez(path, a=np.zeros(3))
    with pytest.raises(InputError, match="must hold the arrays inputs and labels, got a"):
        read(path)
    np.savez(path, inputs=np.array([{}], dtype=object), labels=np.zeros(1))
    with pytest.raises(InputError, match=r"whole \.npz of plain arrays"):
        read(path)
    other = tmp_path / "data.pkl"
    other.write_bytes(pickle.dumps([np.zeros(3)]))
    with pytest.raises(InputError, match=r"must hold \(inputs, labels\), got list"):
        read(other)


def test_a_run_records_the_table_and_says_that_the_data_are_simulated(
    pool: LocalPool, store_path: Path, tmp_path: Path
) -> None:
    given = {"length": 10, "train_size": 200, "epochs": 1}
    path = folder_of("transport_cnn", tmp_path, given)
    arguments = (run_cell, "transport_cnn", given, path)
    outcome = pool.submit(in_store, str(store_path), *arguments).result()
    assert outcome.state == "finished", outcome.reason
    assert outcome.notes[0] == "The data are simulated trajectories."
    for name in CLASSES:
        assert f"{name} " in outcome.table
    assert "6488" in outcome.table
    environment = (Path(path) / "artifacts" / "environment.json").read_text()
    assert '"data": "simulated trajectories"' in environment
