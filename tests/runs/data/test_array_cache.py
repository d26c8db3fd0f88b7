"""The cache of data sets: a damaged one is made again, and reading needs no right to write."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from seedbed.runs.data import array_cache, datasets
from seedbed.runs.data.array_cache import Arrays, kept

LARGE = np.arange(300_000)


def _make() -> Arrays:
    return {"images": LARGE, "labels": np.arange(3)}


@pytest.mark.parametrize(
    ("file", "size"), [("images.npy", 1000), ("labels.npy", 0), ("labels.npy", 100)]
)
def test_a_file_that_was_copied_in_part_is_made_again(
    file: str, size: int, store_path: Path
) -> None:
    kept("some", _make)
    folder = store_path / "cache" / "datasets" / "some"
    with (folder / file).open("r+b") as stream:
        stream.truncate(size)
    assert not array_cache.is_kept("some")
    assert kept("some", _make)["images"][-1] == LARGE[-1]
    assert array_cache.is_kept("some")
    assert not list(folder.parent.glob(".*"))


def test_a_file_whose_bytes_were_changed_is_made_again(store_path: Path) -> None:
    kept("some", _make)
    file = store_path / "cache" / "datasets" / "some" / "images.npy"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    os.utime(file, (1, 1))  # a file system's clock may not have gone on since it was made
    assert not array_cache.is_kept("some")
    assert np.array_equal(kept("some", _make)["images"], LARGE)


def test_a_child_process_hashes_only_what_changed_since_its_parent_did(
    store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept("some", _make)
    for name, value in array_cache.found_whole().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(array_cache, "_checked", {})  # as in a new process
    hashed: list[object] = []
    digests = array_cache._digests

    def counted(files: list[Path]) -> str:
        hashed.append(files)
        return digests(files)

    monkeypatch.setattr(array_cache, "_digests", counted)
    assert array_cache.is_kept("some")
    assert hashed == []
    file = store_path / "cache" / "datasets" / "some" / "images.npy"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    os.utime(file, (1, 1))  # a file system's clock may not have gone on since it was made
    assert not array_cache.is_kept("some")
    assert len(hashed) == 1


@pytest.mark.parametrize("told", ["", "no JSON", "[]", '{"/": 3}'])
def test_what_a_parent_told_in_another_way_is_not_believed(
    told: str, store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(array_cache.CHECKED, told)
    assert not array_cache.is_kept("some")
    kept("some", _make)
    assert array_cache.is_kept("some")
    assert store_path.is_dir()


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", ["images.npy", "sha256.txt", ""])
def test_a_pipe_in_the_place_of_a_file_or_of_the_folder_holds_nobody_up(
    name: str, store_path: Path
) -> None:
    kept("some", _make)
    folder = store_path / "cache" / "datasets" / "some"
    (folder / name).unlink() if name else shutil.rmtree(folder)
    os.mkfifo(folder / name)
    assert np.array_equal(kept("some", _make)["images"], LARGE)
    assert array_cache.is_kept("some")


def test_a_data_set_without_one_of_its_files_is_decoded_again(store_path: Path) -> None:
    folder = store_path / "cache" / "datasets" / "digits"
    digest = datasets.cached("digits").sha256
    (folder / "labels.npy").unlink()
    assert datasets.cached("digits").sha256 == digest
    assert (folder / "labels.npy").exists()


def test_whoever_may_not_write_the_store_reads_the_data_set(
    store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = datasets.cached("digits").sha256
    shutil.rmtree(store_path)
    monkeypatch.setenv("SEEDBED_STORE", "/proc/nowhere")
    assert datasets.cached("digits").sha256 == digest


def test_reading_what_is_kept_makes_no_folder(store_path: Path) -> None:
    shutil.rmtree(store_path)
    assert not array_cache.is_kept("digits")
    assert not store_path.exists()
