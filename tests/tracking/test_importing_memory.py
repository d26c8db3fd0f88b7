"""Reading runs takes memory by their number, not by the length of their histories."""

import shutil
import sqlite3
import struct
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from seedbed.tracking.importing.imported_runs import ImportedRuns
from seedbed.tracking.importing.readers import read_runs
from tests.support.mlflow_runs import PlainRun, log_runs
from tests.support.protocol_buffers import field, varint

RUNS = 20


def event_file(path: Path, steps: int) -> None:
    """Scalars in TensorBoard's format: an event a step."""
    path.parent.mkdir(parents=True)
    with path.open("wb") as stream:
        for step in range(steps):
            number = varint(2 << 3 | 5) + struct.pack("<f", step / 7)
            value = field(1, field(1, b"val_accuracy") + number)
            event = varint(1 << 3 | 1) + struct.pack("<d", 1.0)
            event += varint(2 << 3) + varint(step) + field(5, value)
            stream.write(struct.pack("<Q", len(event)) + bytes(4) + event + bytes(4))


@dataclass(frozen=True)
class Cost:
    """Runs, and the bytes that reading them held at its end and at its peak."""

    runs: ImportedRuns
    held: int
    peak: int


def memory_of(address: str, store: str | None) -> Cost:
    read_runs(address, store=store)  # what is imported on the way counts to nobody
    tracemalloc.start()
    try:
        runs = read_runs(address, store=store)
        held, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return Cost(runs, held, peak)


def of_mlflow(folder: Path, steps: int, empty_database: Path) -> tuple[str, str]:
    """An experiment in SQLite; all but the first value of each run are inserted as rows."""
    folder.mkdir()
    database = Path(shutil.copy(empty_database, folder / "mlflow.db"))
    uri = f"sqlite:///{database}"
    ids = log_runs(
        uri, "many", [PlainRun(f"{seed}", {"seed": seed}, {"a": [0.0]}) for seed in range(RUNS)]
    )
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executemany(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) "
            "VALUES ('a', ?, 1000, ?, ?, 0)",
            [(step / 7, run_id, step) for run_id in ids for step in range(1, steps)],
        )
    return "mlflow:many", uri


def of_tensorboard(folder: Path, steps: int, _: Path) -> tuple[str, None]:
    for seed in range(RUNS):
        event_file(folder / f"seed_{seed}" / "events.out.tfevents.1.host", steps)
    return f"tensorboard:{folder}", None


@pytest.mark.parametrize("make", [of_mlflow, of_tensorboard])
def test_a_hundred_times_longer_histories_take_no_more_memory(
    make: Callable[[Path, int, Path], tuple[str, str | None]], tmp_path: Path, empty_database: Path
) -> None:
    few = memory_of(*make(tmp_path / "few", 10, empty_database))
    many = memory_of(*make(tmp_path / "many", 1_000, empty_database))
    assert len(many.runs.runs) == RUNS
    assert many.held < few.held + RUNS * 1_000 * 4  # half of a value's bytes for each
    assert many.peak < few.peak + 1_000 * 160  # one run's history while it is read, of 20 runs
    curve = many.runs.runs[0].load_curve
    assert curve is not None
    assert len(curve(next(iter(many.runs.runs[0].metrics)))) == 1_000


def test_a_record_that_claims_to_be_larger_than_its_file_ends_it(tmp_path: Path) -> None:
    path = tmp_path / "events.out.tfevents.1.host"
    event_file(tmp_path / "run" / path.name, 3)
    with (tmp_path / "run" / path.name).open("ab") as stream:
        stream.write(struct.pack("<Q", 1 << 62) + bytes(4) + b"torn")
    (run,) = read_runs(f"tensorboard:{tmp_path / 'run'}").runs
    assert run.metrics["val_accuracy"] == pytest.approx(2 / 7)
