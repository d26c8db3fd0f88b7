"""``keras.utils.io_utils.HDF5Matrix``: rows of a data set in an HDF5 file, read into an array."""

from collections.abc import Callable

import numpy as np


def hdf5_matrix(
    datapath: str,
    dataset: str,
    start: int = 0,
    end: int | None = None,
    normalizer: Callable[[object], object] | None = None,
) -> object:
    """The rows from ``start`` to ``end``, as an array; they are the ones that it stood for.

    Args:
        datapath: The file.
        dataset: Name of the data set within it.
        start: First row.
        end: Row after the last one; None for all.
        normalizer: Called with the rows.
    """
    import h5py

    with h5py.File(datapath, "r") as file:
        rows = np.asarray(file[dataset][start:end])
    return rows if normalizer is None else normalizer(rows)
