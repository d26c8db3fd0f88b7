"""Saving a network as Keras does, without what Keras does anew for each layer by mistake.

Which attributes of an object are not to be saved is kept under one name and looked up under another
(Keras 3.15, ``get_attr_skipset``), so an object is made for comparison each time: a third of the
time. Where Keras has mended it, remembering once more changes nothing.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


def save(model: "keras.Model", path: Path) -> None:
    """Write ``path``, which must end in ``.keras``."""
    _remember()
    model.save(path)


@cache
def _remember() -> None:
    from keras.src.saving import saving_lib

    if hasattr(saving_lib, "get_attr_skipset"):
        saving_lib.get_attr_skipset = cache(saving_lib.get_attr_skipset)
