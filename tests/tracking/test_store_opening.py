"""Several processes that open one new store at once."""

import subprocess
import sys
from pathlib import Path

import pytest

OPEN = """
from seedbed.tracking.store import Store
store = Store()
store.check()
print(store.experiment_id("mnist_cnn"))
"""


@pytest.mark.long
def test_a_new_database_is_opened_by_many_at_once(store_path: Path) -> None:
    del store_path
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    outputs = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, outputs
    assert len({out for out, _ in outputs}) == 1
