"""Reading back: values, unknown sweeps, damaged files."""

import gc
import io
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, strategies as st

from seedbed.system.errors import InputError, StoreError
from seedbed.tracking.reading.predictions_file import predictions_in
from seedbed.tracking.reading.sweep_parents import sweep_names
from seedbed.tracking.reading.sweep_reader import parsed, read_sweep
from seedbed.tracking.records import Predictions
from seedbed.tracking.store import Store, masked
from seedbed.tracking.writing.deliver import deliver
from seedbed.tracking.writing.parent_run import ParentRun
from seedbed.tracking.writing.run_folder import RunFolder
from tests.support.waiting import HEADER
from tests.support.zip_files import unopenable


@given(st.one_of(st.integers(), st.floats(allow_nan=False), st.booleans()))
def test_a_value_survives_its_text(value: float) -> None:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    assert parsed(text) == value
    assert isinstance(parsed(text), type(value))


def test_words_stay_words() -> None:
    assert parsed("auto") == "auto"


def test_an_unknown_sweep_names_the_nearest(store: Store) -> None:
    ParentRun.start(store, "mnist_cnn", "first", "an identity")
    with pytest.raises(InputError, match=r"no sweep 'frist' .* the nearest are first"):
        read_sweep("frist", store)
    assert sweep_names(store) == ["first"]


def test_an_empty_store_says_so(store: Store) -> None:
    with pytest.raises(InputError, match="the store has none yet"):
        read_sweep("it's", store)


@pytest.mark.parametrize(("place", "value"), [(None, 0), (6, 1), (8, 99)])
def test_a_damaged_predictions_file_is_named(
    store: Store, tmp_path: Path, place: int | None, value: int
) -> None:
    content = b"PK\x03\x04 torn"
    if place is not None:
        stream = io.BytesIO()
        names = [field.name for field in fields(Predictions)]
        np.savez(stream, **dict.fromkeys(names, np.zeros(2)))  # type: ignore[arg-type]
        content = unopenable(stream.getvalue(), place, value)
    parent = ParentRun.start(store, "mnist_cnn", "first", "an identity")
    folder = RunFolder.create(tmp_path, replace(HEADER, parent_run_id=parent.run_id))
    (folder.artifacts / "predictions.npz").write_bytes(content)
    (folder.artifacts / "confusion_matrix.json").write_text(json.dumps({"classes": ["0", "1"]}))
    folder.end("finished")
    deliver(folder, store)
    (run,) = read_sweep("first", store).runs
    assert run.load_predictions is not None
    with pytest.raises(StoreError, match="must be a whole npz file, but it is damaged"):
        run.load_predictions()


def test_threads_read_predictions_at_once(tmp_path: Path) -> None:
    path = tmp_path / "predictions.npz"
    arrays = {
        field.name: np.asfortranarray(np.arange(6.0).reshape(2, 3)) for field in fields(Predictions)
    }
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]

    def switch_threads(*_: object) -> None:
        time.sleep(0)

    interval, threshold = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(20, 2, 2)
    gc.callbacks.append(switch_threads)
    try:
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _: predictions_in(path), range(800)))
    finally:
        gc.callbacks.remove(switch_threads)
        gc.set_threshold(*threshold)
        sys.setswitchinterval(interval)
    assert all((one.probabilities == arrays["probabilities"]).all() for one in found)
    assert found[0].labels.flags.writeable


@pytest.mark.parametrize(
    ("array", "words"), [(np.array([None]), "objects"), (np.zeros((0, 3)), None)]
)
def test_only_arrays_of_numbers_are_read(
    tmp_path: Path, array: npt.NDArray[np.generic], words: str | None
) -> None:
    path = tmp_path / "predictions.npz"
    np.savez(path, **dict.fromkeys([field.name for field in fields(Predictions)], array))  # type: ignore[arg-type]
    if words is None:
        assert predictions_in(path).labels.shape == array.shape
        return
    with pytest.raises(ValueError, match=words):
        predictions_in(path)


def test_a_password_in_the_uri_is_masked() -> None:
    assert masked("postgresql://me:secret@db/x") == "postgresql://***@db/x"
    assert masked("sqlite:///a@b.db") == "sqlite:///a@b.db"
