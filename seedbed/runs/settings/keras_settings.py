"""What a user's ``keras.json`` changes: scripts follow it, Seedbed's experiments do not.

A script computes as it does without Seedbed. An experiment computes the same for every user,
because its run does not record the file.
"""

from types import ModuleType

DEFAULTS = {"floatx": "float32", "epsilon": 1e-7, "image_data_format": "channels_last"}

_of_file: dict[str, object] = {}


def set_aside(config: ModuleType) -> None:
    """Set Keras' own defaults, and remember what its file said.

    Args:
        config: ``keras.config``, just imported.
    """
    _of_file.update({name: getattr(config, name)() for name in DEFAULTS})
    _set(config, DEFAULTS)


def follow(config: ModuleType) -> None:
    """Set again what the file said, for a script."""
    if _of_file and _of_file != DEFAULTS:
        _set(config, _of_file)
        config.set_dtype_policy(_of_file["floatx"])


def _set(config: ModuleType, values: dict[str, object]) -> None:
    for name, value in values.items():
        getattr(config, f"set_{name}")(value)
