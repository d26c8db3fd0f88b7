"""The run folder: what was written whole is read, whatever a crash left behind it."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from seedbed.tracking.writing.run_folder import End, Epoch, RunFolder, drop_unmade
from seedbed.tracking.writing.run_header import RunHeader

HEADER = RunHeader(
    experiment="mnist_cnn",
    name="seed=7",
    cell="ab12",
    params={"seed": "7"},
    seeds={"init": 1},
    owner={"host": "h", "boot": "b", "pid": 1, "started": 2},
)


def test_header_comes_back_as_written(tmp_path: Path) -> None:
    assert RunFolder.create(tmp_path, HEADER).header == HEADER


def test_epochs_and_end_in_order(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, HEADER)
    folder.epoch(1, {"val_loss": 0.5})
    assert folder.ended() is None
    folder.epoch(2, {"val_loss": 0.25})
    folder.end("finished", fingerprint="ff", metrics={"test_accuracy": 0.9})
    first, second, end = folder.events()
    assert isinstance(first, Epoch)
    assert isinstance(second, Epoch)
    assert [first.epoch, second.epoch] == [1, 2]
    assert isinstance(end, End)
    assert (end.state, end.fingerprint, end.metrics) == (
        "finished",
        "ff",
        {"test_accuracy": 0.9},
    )


def test_the_first_end_counts(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, HEADER)
    folder.end("finished")
    folder.end("killed", "too late")
    end = folder.ended()
    assert end is not None
    assert end.state == "finished"


def test_a_run_that_is_delivered_already_needs_no_asking(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, HEADER)
    folder.ask("failed", "too long")
    folder.ask("stopped", "too late")
    assert folder.asked() == ("failed", "too long")
    shutil.rmtree(folder.path)  # as delivery does, while the process may still be ending
    folder.ask("failed", "too long")
    assert folder.asked() is None


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(min_value=0, max_value=400))
def test_a_file_cut_anywhere_gives_a_prefix_and_can_be_continued(
    tmp_path_factory: object, cut: int
) -> None:
    folder = RunFolder.create(tmp_path_factory.mktemp("cut"), HEADER)  # type: ignore[attr-defined]
    for epoch in (1, 2, 3):
        folder.epoch(epoch, {"val_loss": 1 / epoch})
    path = folder.path / "events.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:cut])
    lines = whole[:cut].count(b"\n")
    assert [e.epoch for e in folder.events() if isinstance(e, Epoch)] == [1, 2, 3][:lines]
    folder.end("killed", "gone")
    events = list(folder.events())
    assert isinstance(events[-1], End)
    assert len(events) >= lines + 1


def test_run_json_is_plain_json(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, HEADER)
    assert json.loads((folder.path / "run.json").read_text())["cell"] == "ab12"


def test_a_clock_that_is_set_back_gives_no_run_a_negative_duration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = RunFolder.create(tmp_path, HEADER)
    folder.epoch(1, {"loss": 1.0})
    an_hour_ago = time.time() - 3600
    monkeypatch.setattr(time, "time", lambda: an_hour_ago)
    folder.epoch(2, {"loss": 0.5})
    RunFolder(folder.path).end("finished")  # another process, such as the driver
    times = [event.time_ms for event in folder.events()]
    assert times == sorted(times)
    assert HEADER.started_ms <= times[0]
    assert times[-1] - times[0] < 60_000


def test_a_run_that_begins_after_the_clock_was_set_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = RunFolder.create(tmp_path, HEADER)
    monkeypatch.setattr(time, "time", lambda: HEADER.started_ms / 1000 - 3600)
    folder.end("finished")
    end = folder.ended()
    assert end is not None
    assert end.time_ms >= HEADER.started_ms


def test_a_full_disk_leaves_no_half_of_a_file(tmp_path: Path) -> None:
    """``RLIMIT_FSIZE`` is a real limit that a process sets for itself: writes fail there."""
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from tests.support.waiting import HEADER\n"
        "from seedbed.system.files.disk_errors import disk_error\n"
        "from seedbed.tracking.writing.run_folder import RunFolder, write_whole\n"
        "folder = RunFolder.create(Path(sys.argv[1]), HEADER)\n"
        "folder.epoch(1, {'loss': 1.0})\n"
        "write_whole(folder.path / 'x.json', 'old')\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "for write in (lambda: folder.epoch(2, {'loss': 0.5, 'more': 0.25}),\n"
        "              lambda: write_whole(folder.path / 'x.json', 'new' * 1000)):\n"
        "    try:\n"
        "        write()\n"
        "    except OSError as error:\n"
        "        print(disk_error(error, 'x'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.count("must have room and be writable, but a file may not grow") == 2
    (path,) = tmp_path.glob("*/run.json")
    folder = RunFolder(path.parent)
    assert [event.time_ms > 0 for event in folder.events()] == [True]
    assert (folder.path / "events.jsonl").read_text().endswith("}\n")
    assert (folder.path / "x.json").read_text() == "old"
    assert not list(folder.path.glob(".*.part"))


def test_a_folder_whose_process_was_killed_before_the_header_goes(tmp_path: Path) -> None:
    for name in ("unmade", "new", "kept", "bare"):
        (tmp_path / name / "artifacts").mkdir(parents=True)
    (tmp_path / "bare" / "artifacts").rmdir()
    (tmp_path / "unmade" / ".run.json.7.part").write_text("{")
    (tmp_path / "kept" / "artifacts" / "a").write_text("somebody's")
    made = RunFolder.create(tmp_path, HEADER).path
    for name in ("unmade", "kept", "bare", made.name):
        os.utime(tmp_path / name, (time.time() - 120, time.time() - 120))
    drop_unmade(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"new", "kept", made.name}
    assert (tmp_path / "kept" / "artifacts" / "a").exists()
