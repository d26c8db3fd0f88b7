"""A driver's memory hardly grows with the results that its ledger holds."""

import gc
import hashlib
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from seedbed.sweeps.design.design import load
from seedbed.sweeps.ledger.ledger import Ledger

WARM_UP, CELLS = 30, 100
MOST_BYTES = 700
"""Fingerprint, delivery and times of a cell alone take about 400; with all notes it was 1,900."""


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


@pytest.mark.usefixtures("traced")
def test_a_result_in_a_journal_leaves_little_in_memory(write_design: Callable[..., Path]) -> None:
    with closing(Ledger.open(load(write_design(seeds=WARM_UP + CELLS)))) as ledger:
        end_cells(ledger, WARM_UP)
        before = in_use()
        end_cells(ledger, CELLS)
        assert (in_use() - before) / CELLS < MOST_BYTES


def end_cells(ledger: Ledger, number: int) -> None:
    for _ in range(number):
        claim = ledger.claim()
        assert claim is not None
        digest = hashlib.sha256(claim.cell.id.encode()).hexdigest()
        assert ledger.starts(claim, digest[:32])
        assert ledger.done(claim.trial_id, 0.9 + claim.trial_id / 1e6, digest)


def in_use() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
