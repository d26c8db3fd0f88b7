"""Small makers that several tests share."""

from pathlib import Path

from seedbed.system.processes.process_identity import Owner
from seedbed.tracking.writing.run_folder import RunFolder
from seedbed.tracking.writing.run_header import RunHeader

HEADER = RunHeader(
    experiment="mnist_cnn",
    name="seed=7",
    cell="ab12",
    params={"seed": "7", "learning_rate": "0.001"},
    seeds={"init": 1},
    owner=Owner.this().asdict(),
    started_ms=1_700_000_000_000,
    delivery="d" * 32,
)


def a_finished_folder(parent: Path, header: RunHeader = HEADER) -> RunFolder:
    """A run folder with two epochs, an artifact and an end."""
    folder = RunFolder.create(parent, header)
    (folder.artifacts / "hello.txt").write_text("hello")
    folder.epoch(1, {"val_accuracy": 0.5})
    folder.epoch(2, {"val_accuracy": 0.75})
    folder.end("finished", fingerprint="ff", metrics={"test_accuracy": 0.9})
    return folder
