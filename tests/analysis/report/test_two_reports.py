"""Two reports of one sweep at once: one waits, and both are whole."""

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from seedbed.analysis.report import publish as publish_module
from seedbed.analysis.report.publish import publish
from seedbed.system.errors import LockedError
from seedbed.system.files.file_lock import FileLock
from seedbed.tracking.store import Store
from tests.support.recorded import Made, record

HOLD = """
import sys
from seedbed.analysis.report import publish
from seedbed.tracking.reading.sweep_parents import parent_place
from seedbed.tracking.store import Store
with publish._one_at_a_time(parent_place("twice", Store())[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_second_report_waits_for_the_first_and_names_it_after_a_minute(
    store: Store, store_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(store, tmp_path / "runs", "twice", [Made({"seed": s}, 0.9 + s / 100) for s in range(3)])
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        with monkeypatch.context() as patch:
            patch.setattr(publish_module, "FileLock", partial(FileLock, wait_s=0.2))
            with pytest.raises(LockedError, match=rf"process {first.pid} on .* holds it"):
                publish("twice", store)
        assert not (store_path / "reports" / "twice").exists()
        first.communicate(b"\n")
    (store_path / "reports" / "twice").mkdir()
    (store_path / "reports" / "twice" / ".runs.csv.999999999.part").touch()  # its writer was killed
    report = publish("twice", store).files
    left = {path.name for path in report.html.parent.iterdir()}
    assert left == {path.name for path in report.written}


def test_the_holder_of_a_lock_is_named_while_it_holds_it(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "x.lock")
    assert lock.holder() == ""
    with lock.held():
        assert lock.holder().startswith("process ")
        assert ", since " in lock.holder()
    assert lock.holder() == ""
