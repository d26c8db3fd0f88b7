"""The sweep that simulated workers run."""

import time
from pathlib import Path

OPTIONS = {"dataset": "digits", "epochs": 2}
BATCH_SIZES = (16, 32, 64, 128, 256)


def write_sweep(folder: Path, stem: str, question: str, cells: int) -> Path:
    """Write the file of a sweep, under a name that no earlier sweep has.

    Args:
        folder: Where to write it.
        stem: How its name begins.
        question: What the sweep asks.
        cells: Number of cells, over all batch sizes.
    """
    options = ", ".join(f"{name}: {value}" for name, value in OPTIONS.items())
    file = folder / f"{stem}-{time.time_ns()}.yaml"
    file.write_text(
        f"question: {question}\n"
        "experiment: mnist_cnn\n"
        f"configurations: {{batch_size: {list(BATCH_SIZES)}}}\n"
        f"options: {{{options}}}\n"
        f"seeds: {cells // len(BATCH_SIZES)}\n"
    )
    return file
