"""What lives as long as the process is not searched for cycles; all else is, as ever."""

import gc
import subprocess
import sys

import pytest

from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.paths import IMPORT_ROOT as ROOT
from seedbed.system.processes.gc_pause import grown_old, lasting, no_search


def test_the_search_is_off_in_the_block_and_on_after_it() -> None:
    assert gc.isenabled()
    with no_search():
        assert not gc.isenabled()
        with no_search():
            assert not gc.isenabled()
        assert not gc.isenabled(), "the inner block found it off"
    assert gc.isenabled()


def test_what_has_grown_old_is_not_young_and_is_still_searched_in_full() -> None:
    gc.unfreeze()
    with no_search():
        ring: list[object] = [[]]
        ring.append(ring)
        grown_old()
        assert gc.get_count()[0] < 100
        assert not any(found is ring for found in gc.get_objects(generation=0))
    assert any(found is ring for found in gc.get_objects(generation=2))


def test_an_error_in_the_block_leaves_the_search_on() -> None:
    def fail() -> None:
        with lasting():
            raise ImportError("no such package")

    with pytest.raises(ImportError, match="no such package"):
        fail()
    assert gc.isenabled()


def test_what_lasts_is_searched_no_more_and_what_follows_is() -> None:
    try:
        with lasting():
            kept: list[list[int]] = [[] for _ in range(1000)]
        assert gc.get_freeze_count() > len(kept)
        later: list[object] = []
        assert any(found is later for found in gc.get_objects())
        assert not any(found is kept for found in gc.get_objects())
    finally:
        gc.unfreeze()


def state() -> tuple[int, bool]:
    return gc.get_freeze_count(), gc.isenabled()


def test_a_run_does_not_search_what_its_fork_server_loaded(pool: LocalPool) -> None:
    """TensorFlow and Keras alone are more; what the run makes itself is searched."""
    frozen, searched = pool.submit(state).result()
    assert frozen > 100_000
    assert searched


PROGRAM = """
import atexit, gc
atexit.register(lambda: print("frozen at the end:", gc.get_freeze_count() > 1000))
from seedbed.cli.main import main
main(["--help"])
"""


def test_a_command_ends_without_a_last_search() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "frozen at the end: True"
