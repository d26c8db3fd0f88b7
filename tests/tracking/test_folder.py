"""The run folder: what was written whole is read, whatever a crash left behind it."""

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tracking.folder import End, Epoch, RunFolder, RunHeader

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
