"""``--carry-over``: the model object of one seed is the start of the next."""

from pathlib import Path
from typing import Any

import pytest

from seedbed.runs.execution.carry_over import check_carry_over
from seedbed.runs.execution.catalog import find
from seedbed.runs.execution.cell import run_cell
from seedbed.runs.execution.seeded import build_seeded
from seedbed.runs.settings.options import parse
from seedbed.runs.settings.seeds import derive, order_of_epoch
from seedbed.runs.training.weights import fingerprint
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.errors import InputError
from tests.support.cells import in_store, new_folder

GIVEN: dict[str, Any] = {"dataset": "digits", "train_size": 100, "epochs": 2}


def by_hand(last: int) -> str:
    """The loop that people write around ``fit``; in a fork."""
    from seedbed.runs.settings import tensorflow_setup

    experiment = find("mnist_cnn")
    model: Any = None
    for seed in range(last + 1):
        options = parse(experiment.options, {**GIVEN, "seed": seed})
        tensorflow_setup.apply(options)
        seeds = derive(options)
        splits = experiment.load(options, seeds)
        if model is None:
            model = build_seeded(experiment, options, seeds, splits)
        for epoch in (1, 2):
            order = order_of_epoch(seeds.order, epoch, len(splits.train))
            model.fit(
                splits.train.inputs[order],
                splits.train.labels[order],
                batch_size=options.batch_size,
                shuffle=False,
                verbose=0,
            )
    return fingerprint(model)


@pytest.mark.long
def test_it_is_the_loop_over_seeds_around_fit(
    pool: LocalPool, datasets_cache: Path, tmp_path: Path
) -> None:
    store = str(datasets_cache.parents[1])
    given = {**GIVEN, "seed": 2}
    runs = [{**given, "carry_over": True}, given]
    carried, fresh = [
        pool.submit(
            in_store, store, run_cell, "mnist_cnn", options, new_folder(tmp_path, **options)
        )
        for options in runs
    ]
    assert carried.result().fingerprint == pool.submit(in_store, store, by_hand, 2).result()
    assert carried.result().fingerprint != fresh.result().fingerprint
    assert "fitted with 2 other seeds before" in carried.result().notes[0]
    assert fresh.result().notes == ()


def test_a_chain_that_would_hardly_end_is_refused() -> None:
    kind = find("mnist_cnn").options
    check_carry_over(parse(kind, {"carry_over": True, "seed": 200}))
    check_carry_over(parse(kind, {"seed": 201}))
    with pytest.raises(InputError, match="seed must be at most 200 with carry_over"):
        check_carry_over(parse(kind, {"carry_over": True, "seed": 201}))
