"""Cells that train for a moment, on 8 × 8 digits, each in a process of its own."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

SHORT = {"dataset": "digits", "epochs": 2, "batch_size": 64}


def weights_after(orders: Sequence[Any], batch_size: int, how: str, seed: int = 3) -> list[Any]:
    """Weights after training on given orders: by our loop or by ``model.fit``; runs in a fork."""
    from experiments import datasets, numerics, training
    from experiments.catalog import find
    from experiments.cell import build_seeded
    from experiments.mnist_cnn import Options
    from experiments.seeds import derive

    options = Options(seed=seed, batch_size=batch_size, dataset="digits")
    numerics.apply(options)
    seeds = derive(options)
    splits = datasets.load("digits", 333, seeds.split)
    model = build_seeded(find("mnist_cnn"), options, seeds, splits)
    if how == "loop":
        run = training._compiled_epoch(model, splits.train, batch_size)
        for order in orders:
            run(np.asarray(order, np.int32))
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


def new_folder(parent: Path, **given: Any) -> str:
    """A run folder with a header for ``run_cell``."""
    from experiments.mnist_cnn import Options
    from experiments.options import as_params, cell_id, parse
    from experiments.seeds import derive
    from tracking.folder import RunFolder, RunHeader
    from tracking.owner import Owner

    options = parse(Options, given)
    seeds = derive(options).asdict()
    header = RunHeader(
        experiment="mnist_cnn",
        name=f"seed={options.seed}",
        cell=cell_id("mnist_cnn", options, seeds),
        params=as_params(options),
        seeds=seeds,
        owner=Owner.this().asdict(),
    )
    return str(RunFolder.create(parent, header).path)
