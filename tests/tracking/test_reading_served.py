"""Reading through a server: files come once, each run's own, and torn copies are mended."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import seedbed
from seedbed.system.errors import NotRecordedError, StoreError
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.records import Predictions, RunRecord
from seedbed.tracking.store import Store
from tests.analysis.asking import run as call
from tests.support.chaos import Server
from tests.support.recorded import Made, record

SAID = Predictions(
    example_ids=np.arange(6),
    labels=np.arange(6) % 2,
    probabilities=np.tile(np.array([[0.75, 0.25]], dtype=np.float16), (6, 1)),
    probabilities_last=np.tile(np.array([[0.5, 0.5]], dtype=np.float16), (6, 1)),
    labels_by_epoch=np.zeros((2, 6), dtype=np.uint8),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a server's data and a store for the cache."""
    folder = tmp_path_factory.mktemp("served")
    server = Server(folder)
    server.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_STORE", str(folder / "store"))
        patch.setenv("MLFLOW_TRACKING_URI", server.uri)
        runs = [Made({"seed": seed}, predictions=SAID) for seed in range(2)]
        record(Store(), folder / "runs", "served", [*runs, Made({"seed": 2})])
        yield folder
    server.kill()


def read(name: str = "served") -> tuple[RunRecord, ...]:
    return read_sweep(name, Store()).runs


def loaded(run: RunRecord) -> Predictions:
    assert run.load_predictions is not None
    return run.load_predictions()


def cached(place: Path) -> list[Path]:
    return sorted((place / "store" / "cache" / "artifacts").glob("*/predictions.npz"))


def test_files_come_once_and_whole(place: Path) -> None:
    first, second, bare = read()
    of_others = cached(place)
    for name, array in vars(SAID).items():
        np.testing.assert_array_equal(getattr(loaded(first), name), array)
    (file,) = set(cached(place)) - set(of_others)
    before = file.stat().st_mtime_ns
    loaded(read()[0])
    assert len(cached(place)) == len(of_others) + 1
    assert file.stat().st_mtime_ns == before
    loaded(second)
    assert len(cached(place)) == len(of_others) + 2
    with pytest.raises(NotRecordedError, match=r"has no predictions\.npz"):
        loaded(bare)


def test_curves_and_environments_of_all_runs(place: Path) -> None:
    del place
    runs = read()
    for run in runs:
        assert run.load_history is not None
        assert run.load_history()["val_accuracy"] == [0.9]
        assert run.environment["python"] == "3.11.2"


def test_a_torn_copy_is_fetched_anew_and_a_torn_original_is_named(place: Path) -> None:
    loaded(read()[0])
    file = cached(place)[0]
    whole = file.read_bytes()
    for path in cached(place):
        path.write_bytes(path.read_bytes()[:200])
    np.testing.assert_array_equal(loaded(read()[0]).labels, SAID.labels)
    assert whole in [path.read_bytes() for path in cached(place)]
    for path in (place / "artifacts").rglob("predictions.npz"):
        path.write_bytes(whole[:200])
    for path in cached(place):
        path.unlink()
    with pytest.raises(StoreError, match="must be a whole npz file, but it is damaged"):
        loaded(read()[0])
    assert cached(place) == []


def test_a_run_with_copied_tags_puts_no_forged_predictions_into_another_sweep(
    place: Path,
) -> None:
    store = Store()
    honest = Made({"seed": 0}, predictions=SAID, cell="c0ffee", fingerprint="ff")
    forged = replace(honest, predictions=replace(SAID, labels=1 - SAID.labels))
    record(store, place / "runs", "forged", [forged])
    record(store, place / "runs", "honest", [honest])
    loaded(read("forged")[0])
    np.testing.assert_array_equal(loaded(read("honest")[0]).labels, SAID.labels)


def test_a_file_that_was_changed_in_the_store_is_refused(place: Path) -> None:
    made = Made({"seed": 0}, predictions=SAID, cell="c1", fingerprint="f1")
    parent = record(Store(), place / "runs", "changed", [made])
    (run,) = Store().runs(f"tags.`mlflow.parentRunId` = '{parent}'")
    (file,) = (place / "artifacts").rglob(f"{run.info.run_id}/artifacts/predictions.npz")
    np.savez(file, **vars(replace(SAID, labels=1 - SAID.labels)))
    before = cached(place)
    with pytest.raises(StoreError, match="is damaged"):
        loaded(read("changed")[0])
    assert cached(place) == before


def test_anybodys_runs_are_judged_through_a_server(place: Path) -> None:
    """Parameters, a metric and a table of predictions, as plain MLflow logs them."""
    del place
    client = Store().client
    experiment = client.create_experiment("theirs")
    rng = np.random.default_rng(0)
    truth = [f"class {number % 3}" for number in range(60)]
    for seed in range(3):
        for arm, wrong in (("a", 3), ("b", 15 + seed % 2)):
            guess = list(truth)
            for place_of in rng.choice(60, wrong + seed, replace=False):
                guess[place_of] = "class 0" if truth[place_of] != "class 0" else "class 1"
            run_id = client.create_run(experiment).info.run_id
            client.log_param(run_id, "arm", arm)
            client.log_param(run_id, "seed", seed)
            right = np.mean([one == other for one, other in zip(truth, guess, strict=True)])
            client.log_metric(run_id, "test_accuracy", float(right))
            table = {"target": truth, "prediction": guess}
            client.log_table(run_id, table, "eval_results_table.json")
            client.set_terminated(run_id)
    answer = seedbed.compare("mlflow:theirs", by="arm")
    assert answer.verdict == "different"
    assert answer.to_dict()["new_data"] is not None  # only predictions tell of new examples
    assert call("compare", "mlflow:theirs", "--by", "arm", "--write-back").exit_code == 0
    assert len(seedbed.read("mlflow:theirs")) == 6  # the verdict's run is not counted
