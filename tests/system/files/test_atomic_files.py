"""Files are written whole and folders removed whole, or not at all."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from seedbed.system.files.atomic_files import (
    drop_left_parts,
    finish_removals,
    write_or_undo,
    write_whole,
)

REMOVE_AND_DIE = """
import os, sys
from pathlib import Path
from seedbed.system.files.atomic_files import remove_whole
left = int(sys.argv[2])
def strike(event, arguments):
    global left
    if event in ("os.rename", "os.remove", "os.rmdir"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), 9)
sys.addaudithook(strike)
remove_whole(Path(sys.argv[1]))
"""


def test_a_killed_removal_leaves_the_folder_whole_or_gone(tmp_path: Path) -> None:
    codes = []
    for point in range(1, 8):
        folder = tmp_path / f"at {point}" / "folder"
        (folder / "artifacts").mkdir(parents=True)
        for name in ("run.json", "events.jsonl", "artifacts/a"):
            (folder / name).touch()
        words = [sys.executable, "-c", REMOVE_AND_DIE, str(folder), str(point)]
        codes.append(subprocess.run(words, check=False).returncode)
        files = sorted(path.name for path in folder.rglob("*")) if folder.exists() else []
        assert files in ([], ["a", "artifacts", "events.jsonl", "run.json"])
        finish_removals(folder.parent)
        assert folder.exists() == (point == 1)
        assert len(list(folder.parent.iterdir())) == folder.exists()
    assert codes == [-9] * 6 + [0]


def test_the_error_of_a_write_names_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "a"
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match=r"No space left on device: '.*/a'"):
        write_whole(path, "new")
    assert not list(tmp_path.iterdir())
    with (
        path.open("ab", buffering=0) as stream,
        pytest.raises(OSError, match=r"No space left on device: '.*/a'"),
    ):
        write_or_undo(stream, b"new")
    assert path.read_bytes() == b""


def test_what_a_killed_writer_left_is_removed_and_a_living_ones_kept(tmp_path: Path) -> None:
    kept = {f".a.csv.{os.getpid()}.part", ".b.csv.999999999.part", ".a.csv.x.part", "a.csv"}
    for name in (*kept, ".a.csv.999999999.part", ".a.csv.99999999999999999999.part"):
        (tmp_path / name).touch()
    drop_left_parts(tmp_path, ["a.csv"])
    assert {path.name for path in tmp_path.iterdir()} == kept
