"""How many operations run at once is a matter of speed only: it changes no bit."""

import subprocess
import sys
from pathlib import Path

import pytest

from seedbed.runs.custom import template
from seedbed.runs.execution.catalog import NAMES, find
from seedbed.runs.execution.seeded import build_seeded
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.options import parse
from seedbed.runs.settings.seeds import derive
from seedbed.runs.training.train import Trained, train
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.paths import IMPORT_ROOT as ROOT
from tests.runs.training.test_sources import OWN, SMALL
from tests.support.cells import in_store, operations_at_once


def trained_with(cores: int, reference: str) -> tuple[int, list[str], bytes]:
    """Operations at once, fingerprint after each epoch and test predictions; in a fork."""
    import tensorflow as tf

    experiment = find(reference)
    options = parse(experiment.options, {**SMALL[experiment.name], "seed": 7, "epochs": 2})
    tensorflow_setup.may_use(cores)
    tensorflow_setup.prepare(options)
    tensorflow_setup.apply(options)
    seeds = derive(options)
    splits = experiment.load(options, seeds)
    trained: Trained = train(
        build_seeded(experiment, options, seeds, splits),
        splits,
        options,
        seeds,
        lambda _epoch, _metrics: None,
        augment=experiment.augmentation(options),
    )
    at_once = tf.config.threading.get_inter_op_parallelism_threads()
    return at_once, trained.weights_by_epoch, trained.probabilities_last.tobytes()


@pytest.mark.parametrize("name", [*NAMES, OWN])
def test_operations_at_once_change_no_bit(
    pool: LocalPool, store_path: Path, tmp_path: Path, name: str
) -> None:
    reference = name
    if name == OWN:
        reference = str(template.write(tmp_path / f"{OWN}.py"))
    tasks = [
        pool.submit(in_store, str(store_path), trained_with, cores, reference) for cores in (1, 4)
    ]
    (one, *alone), (four, *side_by_side) = (task.result() for task in tasks)
    assert (one, four) == (1, 4)
    assert alone == side_by_side


TELLING = """

build_quietly = build


def build(options, splits):
    import tensorflow as tf

    print(tf.config.threading.get_inter_op_parallelism_threads(), "operations at once")
    return build_quietly(options, splits)
"""


def test_a_run_by_itself_has_the_machines_cores(store_path: Path, tmp_path: Path) -> None:
    del store_path
    own = template.write(tmp_path / f"{OWN}.py")
    own.write_text(own.read_text() + TELLING)
    command = [sys.executable, "-m", "seedbed", "run", str(own), "--epochs", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    expected = min(tensorflow_setup.usable_cores(), tensorflow_setup.MOST_AT_ONCE)
    assert f"{expected} operations at once" in done.stdout.splitlines()


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize(("workers", "cores", "at_once"), [(1, 8, "4"), (2, 6, "3"), (3, 2, "1")])
def test_a_pool_shares_the_cores_among_its_runs(
    monkeypatch: pytest.MonkeyPatch, workers: int, cores: int, at_once: str
) -> None:
    """At least one each, however many runs there are."""
    monkeypatch.setattr("seedbed.sweeps.executors.local_pool.usable_cores", lambda: cores)
    with LocalPool(workers) as pool:
        assert pool.submit(operations_at_once).result() == at_once
    with LocalPool(workers, cores=workers) as pool:
        assert pool.submit(operations_at_once).result() == "1"


@pytest.mark.parametrize(("given", "kept"), [("3", "3"), ("0", "1"), ("many", "1"), ("", "1")])
def test_the_users_own_number_is_kept_where_it_is_one(
    monkeypatch: pytest.MonkeyPatch, given: str, kept: str
) -> None:
    monkeypatch.setenv(tensorflow_setup.AT_ONCE, given)
    assert (
        tensorflow_setup.variables(parse(find("mnist_cnn").options, {}))[tensorflow_setup.AT_ONCE]
        == kept
    )
