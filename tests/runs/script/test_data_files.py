"""Files that a script may read are told apart by their content."""

import os
from pathlib import Path

import pytest

from seedbed.runs.script import data_files
from seedbed.runs.script.data_files import (
    changed,
    data_sha256,
    files_beside,
    named_files,
    states,
)
from seedbed.runs.script.options import Options
from seedbed.runs.script.workspace import Workspace

TEXT = """
import numpy as np
rows = np.loadtxt("rows.csv")
more = np.load("made.npy")
np.save("made.npy", rows)
"""


def test_files_are_named_unless_the_script_writes_them(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(TEXT)
    for name in ("rows.csv", "made.npy", "flag.txt", "beside.npz", "notes.txt"):
        (tmp_path / name).write_text("1")
    options = Options(folder=str(tmp_path), script="train.py", arguments="--data=flag.txt")
    assert [path.name for path in named_files([options])] == ["rows.csv", "flag.txt"]
    assert [path.name for path in files_beside([options])] == ["beside.npz", "made.npy"]


def test_a_file_with_the_known_size_and_time_is_not_read_again(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("1")
    before = states([file], {})
    os.utime(file, (1, 1))
    touched = states([file], before)
    assert (changed(before, touched), touched == before) == ([], False)
    file.write_text("2")
    os.utime(file, (1, 1))
    assert states([file], touched) == touched
    os.utime(file, (2, 2))
    assert changed(before, states([file], touched)) == [str(file)]
    file.unlink()
    assert states([file], touched) == {}


@pytest.mark.parametrize("at", [0, 1_000, -1])
def test_parts_of_a_large_file_tell_a_change(
    at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_files, "WHOLE", 100)
    monkeypatch.setattr(data_files, "PART", 200)
    file = tmp_path / "rows.npy"
    content = bytearray(3_000)
    file.write_bytes(content)
    before = states([file], {})
    content[at] = 1
    file.write_bytes(content)
    os.utime(file, (1, 1))
    assert changed(before, states([file], before)) == [str(file)]


def digest(home: Path, run: str, text: str = TEXT, read: str = "") -> str:
    """The data digest of a run that reads a file of its copy and writes ``made.npy``."""
    (home / "train.py").write_text(text)
    record = home.parent / run
    space = Workspace.make(home, record / "work", record)
    (space.path / "made.npy").write_text(run)
    if read:
        space.about_to_read(str(space.path / read))
    options = Options(folder=str(home), script="train.py")
    return data_sha256(options, space, list(space.written()))


def test_data_that_a_run_reads_tells_it_from_a_run_on_other_data(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "parts").mkdir(parents=True)
    for name in ("rows.csv", "left.csv", "parts/0.npz", "parts/1.npz", "parts/notes.txt"):
        (home / name).write_text("1")
    (home / "made.npy").write_text("of an earlier run")
    named, both = digest(home, "a"), digest(home, "b", read="parts/0.npz")
    assert len({named, both, digest(home, "c", "print(1)")}) == 3
    assert digest(home, "d", "print(1)") == ""
    for name, is_data in (("left.csv", False), ("parts/notes.txt", False), ("parts/1.npz", True)):
        (home / name).write_text("2")
        assert (digest(home, f"e{name[-5]}", read="parts/0.npz") != both) == is_data
    (home / "rows.csv").write_text("2")
    assert digest(home, "f") != named


def test_what_a_run_writes_is_not_its_data(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "rows.csv").write_text("1")
    first = digest(home, "a", "print(1)", read="rows.csv")
    (home / "made.npy").write_text("left by a bare run")
    assert digest(home, "b", "print(1)", read="rows.csv") == first != ""


def test_a_file_elsewhere_counts_though_the_script_computes_its_path(tmp_path: Path) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    home.mkdir()
    other.mkdir()
    for name in ("rows.csv", "left.npy", "notes.txt"):
        (other / name).write_text("1")
    text = "print(1)"
    assert digest(home, "a", text, read=str(other / "notes.txt")) == ""
    first = digest(home, "b", text, read=str(other / "rows.csv"))
    assert first == digest(home, "c", text, read=str(other / "left.npy")) != ""
    (other / "notes.txt").write_text("2")
    assert digest(home, "d", text, read=str(other / "rows.csv")) == first
    (other / "rows.csv").write_text("2")
    assert digest(home, "e", text, read=str(other / "rows.csv")) != first


def test_a_shared_folder_counts_with_the_files_that_are_read(tmp_path: Path) -> None:
    home, shared = tmp_path / "home", tmp_path / "shared"
    home.mkdir()
    shared.mkdir()
    shared.chmod(0o1777)
    (shared / "rows.csv").write_text("1")
    first = digest(home, "a", "print(1)", read=str(shared / "rows.csv"))
    (shared / "of_another_user.csv").write_text("1")
    assert digest(home, "b", "print(1)", read=str(shared / "rows.csv")) == first != ""
