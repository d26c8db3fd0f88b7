"""Whatever lies in the place of a record is read as nothing, set aside or refused in a sentence."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from seedbed.analysis.answers.claims.claim import problems_of, read_claim
from seedbed.analysis.answers.inputs.read_inputs import read_matrix, read_words
from seedbed.runs.data import array_cache
from seedbed.runs.training.checkpoints import Checkpoint
from seedbed.runs.training.trace_files import TraceFiles
from seedbed.sweeps.design import known_paces
from seedbed.sweeps.ledger.reader import LedgerReader
from seedbed.sweeps.ledger.status import read_status, show
from seedbed.sweeps.ledger.storages.open_record import open_record
from seedbed.sweeps.nightly.alerts.outbox import Outbox
from seedbed.sweeps.nightly.due_nights import read_plan
from seedbed.sweeps.nightly.night_log import NightLog
from seedbed.sweeps.spec.checked_file import CheckedFile
from seedbed.system.errors import SeedbedError
from seedbed.system.files.atomic_files import finish_removals
from seedbed.system.files.bounded_text import bounded_text
from seedbed.system.files.cached_answers import CachedAnswers
from seedbed.system.files.file_lock import FileLock
from seedbed.system.files.regular_file import NotRegularError
from seedbed.system.paths import store_folder
from seedbed.tracking.importing.tools.from_tables import read_table_file
from seedbed.tracking.own_sweeps import parent_of
from seedbed.tracking.reading.recorded_lockstep import recorded_lockstep
from seedbed.tracking.records import RunRecord
from seedbed.tracking.writing.deliver import all_folders, is_held, run_id_of
from seedbed.tracking.writing.run_folder import RunFolder

pytestmark = pytest.mark.timeout(60)

TEXTS: dict[str, bytes] = {
    "binary": bytes(range(256)) * 4,
    "empty": b"",
    "deep list": b"[" * 20_000,
    "deep object": b'{"a":' * 20_000,
    "list": b"[1, 2]\n",
    "null": b"null\n",
    "huge integer": b"9" * 5_000,
    "beyond a float": b'{"kinds": {"a": [1' + b"0" * 400 + b', 3]}, "store_written": null}',
    "infinite": b'{"kinds": {"a": [1e999, 1e999]}, "store_written": null, "pid": 1e999}',
    "lone surrogate": b'{"\\ud800": "\\ud800"}\n',
    "other encoding": '{"a": 1}'.encode("utf-16"),
    "zeros": b"\0" * 5_000,
}
FILES: dict[str, Callable[[Path], None]] = {
    "folder": Path.mkdir,
    "pipe": os.mkfifo,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "link to itself": lambda path: path.symlink_to(path),
    "link to nothing": lambda path: path.symlink_to("nowhere"),
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store; the environment points to it."""
    monkeypatch.setenv("SEEDBED_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    return tmp_path / "store"


def _run(store: Path) -> RunFolder:
    return RunFolder(store / "runs" / "some")


def _read_ledger(_store: Path) -> None:
    ledger = LedgerReader(open_record("odd", None))
    show(read_status(ledger))
    ledger.sweep_state(curves=True)


def _read_run(store: Path) -> None:
    assert all_folders(store / "runs") == []


def _read_notes(store: Path) -> None:
    list(_run(store).events())
    assert _run(store).ended() is None
    assert _run(store).asked() is None
    assert _run(store).counted() is None
    assert run_id_of(_run(store)) is None


def _read_array(store: Path) -> None:
    del store
    assert not array_cache.is_kept("odd")
    array_cache.kept("odd", lambda: {"images": np.arange(3)})
    assert array_cache.is_kept("odd")


def _read_checkpoint(_store: Path) -> None:
    checkpoint = Checkpoint("odd", "0")
    assert checkpoint.load(None) is None
    checkpoint.remove()


def _read_pair(store: Path) -> None:
    del store
    run = RunRecord("odd", "seed=3", "finished", {}, {}, "ab12")
    assert recorded_lockstep([run, run]) is None


def _take_lock(store: Path) -> None:
    with suppress(NotRegularError):
        FileLock(store / "ledgers" / "odd.lock").holder()
    with FileLock(store / "ledgers" / "odd.lock").held():
        return


def _send_alarms(store: Path) -> None:
    assert Outbox(store / "nightly", {}).waiting() == []
    Outbox(store / "nightly", {}).flush()


Reader = Callable[[Path], object]

STORED: dict[str, Reader] = {
    "ledgers/odd.journal": _read_ledger,
    "ledgers/odd.lock": _take_lock,
    "ledgers/odd.parent": lambda _: parent_of("odd") is None or pytest.fail("it named a run"),
    "runs/some/run.json": _read_run,
    "runs/some/events.jsonl": _read_notes,
    "runs/some/asked.json": _read_notes,
    "runs/some/counted.json": _read_notes,
    "runs/some/delivered.json": _read_notes,
    "runs/.some.lock": lambda store: is_held(_run(store)),
    "nightly/plan.json": lambda store: read_plan(store / "nightly" / "plan.json") == {},
    "nightly/series/mine/2030-01-01.json": lambda store: NightLog(store / "nightly").entries(),
    "nightly/outbox/some.json": _send_alarms,
    "nightly/outbox/.lock": _send_alarms,
    "cache/traces/odd": lambda _: TraceFiles().read("odd"),
    "cache/answers/odd": lambda _: CachedAnswers("answers").read("odd"),
    "cache/datasets/odd": _read_array,
    "cache/datasets/odd/images.npy": _read_array,
    "cache/datasets/odd/sha256.txt": _read_array,
    "runs/.odd.gone": lambda store: finish_removals(store / "runs"),
    "checkpoints/odd.checkpoint": _read_checkpoint,
    "lockstep/odd-odd.json": _read_pair,
}
"""A file of the store → what reads it."""

GIVEN: dict[str, Reader] = {
    "sweep.yaml": CheckedFile.read,
    "claim.json": lambda path: problems_of(read_claim(path)),
    "numbers.csv": read_matrix,
    "words.csv": read_words,
    "table.csv": read_table_file,
}
"""A file that a user names → what reads it."""


def _put(path: Path, kind: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind in TEXTS:
        path.write_bytes(TEXTS[kind])
    else:
        FILES[kind](path)


def _ends_well(read: Reader, given: Path) -> None:
    """It returns, or raises a sentence."""
    with suppress(SeedbedError):
        read(given)


@pytest.mark.parametrize("kind", [*TEXTS, *FILES])
@pytest.mark.parametrize("file", STORED)
def test_in_the_place_of_a_record(file: str, kind: str, place: Path) -> None:
    _put(place / file, kind)
    _ends_well(STORED[file], place)


@pytest.mark.parametrize(
    "kind", [*TEXTS, *(kind for kind in FILES if kind not in ("pipe", "device"))]
)
@pytest.mark.parametrize("file", GIVEN)
def test_in_the_place_of_a_file_that_a_user_names(file: str, kind: str, tmp_path: Path) -> None:
    _put(tmp_path / file, kind)
    _ends_well(GIVEN[file], tmp_path / file)


@pytest.mark.parametrize("file", GIVEN)
def test_a_device_that_never_ends_is_read_up_to_a_bound(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_text, "__defaults__", ("utf-8", 1_000_000))
    _put(tmp_path / file, "device")
    _ends_well(GIVEN[file], tmp_path / file)


@pytest.mark.parametrize("kind", [*TEXTS, *FILES])
def test_in_the_place_of_a_known_pace(kind: str, place: Path) -> None:
    del place
    known_paces.remember("mnist_cnn", {"a": (1.5, 3)})
    assert known_paces.recall("mnist_cnn", {"a"}) == {"a": (1.5, 3)}
    (file,) = store_folder("cache", "paces").glob("*.json")
    file.unlink()
    _put(file, kind)
    assert known_paces.recall("mnist_cnn", {"a"}) is None
    known_paces.remember("mnist_cnn", {"a": (1.5, 3)})


def test_a_night_that_names_another_folder_is_passed_over(tmp_path: Path) -> None:
    log = NightLog(tmp_path)
    entry = log.add("mine", "2030-01-01", "mine-2030-01-01", Path("mine.yaml"), datetime.now(UTC))
    assert log.entries() == [entry]
    file = log.path(entry, ".json")
    for series, night in (("../../elsewhere", "2030-01-01"), ("mine", "../x")):
        fields = {**json.loads(file.read_text()), "series": series, "night": night}
        file.write_text(json.dumps(fields))
        assert log.entries() == []
