"""Files that a script may read are told apart by their content."""

import os
from pathlib import Path

import pytest

from seedbed.runs.script import data_files
from seedbed.runs.script.data_files import changed, files_beside, named_files, states
from seedbed.runs.script.options import Options

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
