"""Saving a network as Keras does, without what Keras does anew for each layer by mistake."""

from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.runs.keras_private import remember_unsaved_attributes

if TYPE_CHECKING:
    import keras


def save(model: "keras.Model", path: Path) -> None:
    """Write ``path``, which must end in ``.keras``."""
    remember_unsaved_attributes()
    model.save(path)
