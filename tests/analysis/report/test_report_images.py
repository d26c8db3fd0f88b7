"""Pictures of examples from the store's cache of data sets."""

from pathlib import Path

import numpy as np
import pytest

from seedbed.analysis.report.images import stored_images
from seedbed.runs.data.datasets import cached
from seedbed.tracking.records import RunRecord, SweepRecord


def a_sweep(*names: object) -> SweepRecord:
    runs = tuple(
        RunRecord(str(n), str(n), "finished", {"dataset": name}, {}, "")
        for n, name in enumerate(names)
    )
    return SweepRecord("s", "0", "e", "", (), (), (), len(runs), runs)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEEDBED_STORE", str(tmp_path))
    folder = tmp_path / "cache" / "datasets"
    (folder / "tiny").mkdir(parents=True)
    images = np.arange(18, dtype=np.uint8).reshape(2, 3, 3, 1)
    np.save(folder / "tiny" / "images.npy", images)
    return folder


def test_pictures_by_example_and_blank_beyond(cache: Path) -> None:
    assert cache.exists()
    fetch = stored_images(a_sweep("tiny", "tiny"))
    assert fetch is not None
    second, beyond = fetch([1, 7])
    assert second.tolist() == np.arange(9, 18).reshape(3, 3, 1).tolist()
    assert beyond.shape == (3, 3, 1)
    assert not beyond.any()


@pytest.mark.parametrize("names", [(), ("tiny", "other"), ("none",), ("../datasets/tiny",), ("",)])
def test_none_where_the_data_set_is_not_known(cache: Path, names: tuple[str, ...]) -> None:
    assert cache.exists()
    assert stored_images(a_sweep(*names)) is None


def test_none_where_the_file_is_torn(cache: Path) -> None:
    path = cache / "tiny" / "images.npy"
    path.write_bytes(path.read_bytes()[:-1])
    assert stored_images(a_sweep("tiny")) is None


def test_the_data_sets_that_runs_cache_are_found(store_path: Path) -> None:
    """As experiments keep them, for the two rooms must agree on the place."""
    del store_path
    fetch = stored_images(a_sweep("digits"))
    assert fetch is not None
    assert np.array_equal(fetch([5])[0], cached("digits").images[5])
