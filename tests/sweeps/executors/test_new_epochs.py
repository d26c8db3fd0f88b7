"""A worker reads the record of a run again only if something was added to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from seedbed.sweeps.executors.new_epochs import NewEpochs
from seedbed.tracking.writing.run_folder import End, Epoch, RunFolder
from tests.support.cells import SHORT, new_folder


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(Path(new_folder(tmp_path, **SHORT)))


def test_each_epoch_is_given_once(folder: RunFolder) -> None:
    epochs = NewEpochs(folder)
    assert epochs.read() == []
    folder.epoch(1, {"loss": 0.5})
    folder.epoch(2, {"loss": 0.4})
    assert [one.epoch for one in epochs.read()] == [1, 2]
    folder.epoch(3, {"loss": 0.3})
    assert [one.epoch for one in epochs.read()] == [3]
    folder.end("finished")
    assert epochs.read() == []
    assert [one.epoch for one in NewEpochs(folder).read()] == [1, 2, 3]


def test_a_record_that_has_not_changed_is_not_read_again(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    events = RunFolder.events

    def counted(self: RunFolder) -> Iterator[Epoch | End]:
        reads.append(1)
        return events(self)

    monkeypatch.setattr(RunFolder, "events", counted)
    epochs = NewEpochs(folder)
    for _ in range(5):
        epochs.read()
    assert len(reads) == 1
