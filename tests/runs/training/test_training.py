"""The compiled loop gives the bits of ``model.fit``; a loss that is not a number ends the run."""

import os
from pathlib import Path

import numpy as np
import pytest

from seedbed.runs.execution.cell import run_cell
from seedbed.runs.settings.seeds import order_of_epoch
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.tracking.writing.run_folder import Epoch, RunFolder
from tests.support.cells import SHORT, new_folder, weights_after


@pytest.mark.parametrize("batch_size", [32, 333, 500])
def test_the_loop_gives_the_bits_of_fit(pool: LocalPool, store_path: Path, batch_size: int) -> None:
    """Also with a last batch that is smaller, and with a batch larger than the data."""
    del store_path
    orders = [order_of_epoch(9, epoch, 333) for epoch in (1, 2)]
    loop = pool.submit(weights_after, orders, batch_size, "loop")
    fit = pool.submit(weights_after, orders, batch_size, "fit")
    for mine, theirs in zip(loop.result(), fit.result(), strict=True):
        assert np.array_equal(mine, theirs)


def test_a_loss_that_becomes_nan_is_a_failed_run_with_its_epoch(
    pool: LocalPool, store_path: Path, tmp_path: Path
) -> None:
    del store_path
    onednn = os.environ.get("SEEDBED_TESTS_ONEDNN", "1") == "1"
    given = {**SHORT, "learning_rate": 1e30, "epochs": 5, "onednn": onednn}
    path = new_folder(tmp_path, **given)
    outcome = pool.submit(run_cell, "mnist_cnn", given, path).result()
    assert outcome.state == "failed"
    end = RunFolder(Path(path)).ended()
    assert end is not None
    assert end.state == "failed"
    assert end.reason is not None
    assert end.reason.startswith("the training loss became ")
    assert " in epoch " in end.reason
    epochs = [e for e in RunFolder(Path(path)).events() if isinstance(e, Epoch)]
    assert len(epochs) < 5
