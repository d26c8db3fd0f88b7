"""A ledger that can be read but not written any more: the driver waits, and ends in a sentence."""

import errno
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from seedbed.sweeps.design.design import load
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.storages.journal_entries import Entry
from seedbed.sweeps.ledger.storages.journal_file import JournalFile
from seedbed.system.errors import StoreError
from seedbed.tracking.store import Store
from tests.faults import tiny_sweep

CLAIMED = 0
"""Optuna's state of a trial that runs."""


@pytest.mark.timeout(100)
@pytest.mark.usefixtures("store")
def test_a_disk_that_is_full_from_a_claim_on_ends_the_driver(
    write_design: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim is written, and whose it is no more; the driver then only reads."""
    append, is_full = JournalFile.append_logs, False

    def fill(journal: JournalFile, entries: list[Entry]) -> None:
        nonlocal is_full
        if is_full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        append(journal, entries)
        is_full = any(one.get("trial_id") == 1 and one.get("state") == CLAIMED for one in entries)

    file = write_design(seeds=2)
    monkeypatch.setattr(JournalFile, "append_logs", fill)
    monkeypatch.setattr(tiny_sweep, "PATIENCE_S", 1.0)
    with pytest.raises(StoreError, match=r"it is full: .+ Seedbed waited 1 s for it"):
        tiny_sweep.run(file)
    monkeypatch.setattr(JournalFile, "append_logs", append)
    tiny_sweep.run(file)
    with closing(Ledger.open(load(file))) as ledger:
        assert set(ledger.standings().values()) == {"done"}
    runs = list(Store().runs("tags.kind = 'run'"))
    assert {run.data.tags["state"] for run in runs} == {"finished"}
