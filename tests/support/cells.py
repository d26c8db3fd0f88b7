"""Cells that train for a moment, on 8 × 8 digits, each in a process of its own."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

SHORT: dict[str, Any] = {"dataset": "digits", "epochs": 2, "batch_size": 64}


def weights_after(orders: Sequence[Any], batch_size: int, how: str, seed: int = 3) -> list[Any]:
    """Weights after training on given orders: by our loop or by ``model.fit``; runs in a fork."""
    from seedbed.runs.data import datasets
    from seedbed.runs.execution.catalog import find
    from seedbed.runs.execution.seeded import build_seeded
    from seedbed.runs.settings import tensorflow_setup
    from seedbed.runs.settings.seeds import derive
    from seedbed.runs.training.epoch_loop import Loop

    options = find("mnist_cnn").options(seed=seed, batch_size=batch_size, dataset="digits")
    tensorflow_setup.apply(options)
    seeds = derive(options)
    splits = datasets.load("digits", 333, seeds.split)
    model = build_seeded(find("mnist_cnn"), options, seeds, splits)
    if how == "loop":
        loop = Loop(model, splits.train, options, seeds)
        for order in orders:
            loop._compiled(np.asarray(order, np.int32), np.zeros((0, 0), np.float32))
    else:
        for order in orders:
            model.fit(
                splits.train.inputs[order],
                splits.train.labels[order],
                batch_size=batch_size,
                shuffle=False,
                verbose=0,
            )
    return list(model.get_weights())


def in_store(store: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function with the store set, in the process that runs it."""
    os.environ["SEEDBED_STORE"] = store
    return function(*arguments)


def operations_at_once() -> str:
    """How many the process that runs it may compute side by side."""
    from seedbed.runs.settings.tensorflow_setup import AT_ONCE

    return os.environ[AT_ONCE]


def new_folder(parent: Path, **given: Any) -> str:
    """A run folder of mnist_cnn with a header for ``run_cell``."""
    return folder_of("mnist_cnn", parent, given)


def folder_of(experiment: str, parent: Path, given: Mapping[str, Any]) -> str:
    """A run folder of any experiment with a header for ``run_cell``."""
    from seedbed.runs.execution.catalog import find
    from seedbed.runs.settings.options import as_params, cell_id, parse
    from seedbed.runs.settings.seeds import seeds_of
    from seedbed.system.processes.process_identity import Owner
    from seedbed.tracking.writing.run_folder import RunFolder
    from seedbed.tracking.writing.run_header import RunHeader

    found = find(experiment)
    options = parse(found.options, given)
    seeds = seeds_of(options)
    header = RunHeader(
        experiment=experiment,
        name=f"seed={options.seed}",
        cell=cell_id(found.identity, options, seeds),
        params=as_params(options),
        seeds=seeds,
        owner=Owner.this().asdict(),
    )
    return str(RunFolder.create(parent, header).path)
