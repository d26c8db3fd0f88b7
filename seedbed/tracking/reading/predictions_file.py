"""Predictions as a run's ``predictions.npz`` has them."""

from dataclasses import fields
from pathlib import Path

import numpy as np

from seedbed.tracking.records import Predictions


def predictions_in(path: Path) -> Predictions:
    """The predictions in a file; whether they fit one another is not checked.

    Raises:
        OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error: It is not a whole npz file.
    """
    with path.open("rb") as stream, np.load(stream) as arrays:
        return Predictions(**{field.name: arrays[field.name] for field in fields(Predictions)})
