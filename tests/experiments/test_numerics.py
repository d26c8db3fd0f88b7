"""How many operations run at once is a matter of speed only: it changes no bit."""

import subprocess
import sys
from pathlib import Path

import pytest

from experiments import numerics, template
from experiments.catalog import NAMES, find
from experiments.cell import build_seeded
from experiments.options import parse
from experiments.seeds import derive
from experiments.training import Trained, train
from sweeps.pool import LocalPool
from tests.experiments.test_sources import OWN, SMALL
from tests.support_cells import in_store, operations_at_once
from tracking.places import ROOT


def trained_with(cores: int, reference: str) -> tuple[int, list[str], bytes]:
    """Operations at once, fingerprint after each epoch and test predictions; in a fork."""
    import tensorflow as tf

    experiment = find(reference)
    options = parse(experiment.options, {**SMALL[experiment.name], "seed": 7, "epochs": 2})
    numerics.may_use(cores)
    numerics.prepare(options)
    numerics.apply(options)
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
    command = [sys.executable, "-m", "experiments", str(own), "--epochs", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    expected = min(numerics.usable_cores(), numerics.MOST_AT_ONCE)
    assert f"{expected} operations at once" in done.stdout.splitlines()


@pytest.mark.parametrize(("workers", "cores", "at_once"), [(1, 8, "4"), (2, 6, "3"), (3, 2, "1")])
def test_a_pool_shares_the_cores_among_its_runs(
    monkeypatch: pytest.MonkeyPatch, workers: int, cores: int, at_once: str
) -> None:
    """At least one each, however many runs there are."""
    monkeypatch.setattr("sweeps.pool.usable_cores", lambda: cores)
    with LocalPool(workers) as pool:
        assert pool.submit(operations_at_once).result() == at_once
    with LocalPool(workers, cores=workers) as pool:
        assert pool.submit(operations_at_once).result() == "1"


@pytest.mark.parametrize(("given", "kept"), [("3", "3"), ("0", "1"), ("many", "1"), ("", "1")])
def test_the_users_own_number_is_kept_where_it_is_one(
    monkeypatch: pytest.MonkeyPatch, given: str, kept: str
) -> None:
    monkeypatch.setenv(numerics.AT_ONCE, given)
    assert numerics.variables(parse(find("mnist_cnn").options, {}))[numerics.AT_ONCE] == kept
