"""Pictures of test examples, from the data set as the runs cached it in the store."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seedbed.analysis.findings.collect import Images
from seedbed.system.paths import store_path
from seedbed.tracking.records import SweepRecord

DAMAGE = (OSError, ValueError, EOFError)
"""What numpy raises if a file of pictures is incomplete."""


def stored_images(sweep: SweepRecord) -> Images | None:
    """Fetches pictures by example (blank where there is none); None where they are not at hand.

    They lie in the store's cache of data sets, by the index that predictions give as example id.

    Args:
        sweep: The sweep; its runs name the data set in their option ``dataset``.
    """
    names = {str(run.options.get("dataset", "")) for run in sweep.runs}
    name = next(iter(names), "")
    if len(names) != 1 or not name or Path(name).name != name:
        return None
    path = store_path() / "cache" / "datasets" / name / "images.npy"
    try:
        images: npt.NDArray[np.generic] = np.load(path, mmap_mode="r")
    except DAMAGE:
        return None

    def fetch(examples: Sequence[int]) -> list[npt.NDArray[np.generic]]:
        blank = np.zeros(images.shape[1:], dtype=images.dtype)
        return [images[one] if 0 <= one < len(images) else blank for one in examples]

    return fetch
