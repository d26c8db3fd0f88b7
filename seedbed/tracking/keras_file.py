"""Loading a ``.keras`` file that somebody else may have written.

Keras' safe mode refuses a ``Lambda``'s bytecode, but a file's configuration may also name layers
that load other files, and its archive or weights may unfold to more than the machine has. A network
that a run recorded is made of Keras' own parts, stored without compression, so anything else is
refused by name.
"""

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING

from seedbed.system.errors import InputError

if TYPE_CHECKING:
    import h5py
    import keras

MEMBERS = ("config.json", "metadata.json", "model.weights.h5")
LONGEST_CONFIG = 20_000_000
DEEPEST_CONFIG = 100
MODULES = (
    *("activations", "constraints", "dtype_policies", "initializers", "layers", "losses"),
    *("metrics", "models", "optimizers", "quantizers", "regularizers"),
    *("src.layers", "src.losses", "src.metrics", "src.models", "src.ops", "src.optimizers"),
)
"""Of ``keras``: those that hold parts of a network, and nothing that reads files or settings."""
RUN_CODE = ("Lambda", "__lambda__", "function", "TorchModuleWrapper", "JaxLayer", "FlaxLayer")
READ_FILES = ("TFSMLayer",)
LOOKUPS = ("StringLookup", "IntegerLookup", "TextVectorization")


def load_network(path: Path) -> "keras.Model":
    """The network of a recorded file, which may be another user's; none of its code is run.

    Raises:
        InputError: The file needs code of its own, or is not one that Keras wrote.
    """
    import keras

    check_keras_file(path)

    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except (TypeError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(
            "A registered network must load without code of your own, so that a server can load "
            f"it, but Keras says: {reason}. Build it from Keras' own layers."
        ) from None


def check_keras_file(path: Path) -> None:
    """Refuse a network's file that would run code, read other files or unfold beyond its size.

    Args:
        path: A ``.keras`` file; nothing in it is executed.

    Raises:
        InputError: The file is not what Keras itself writes for a network of its own layers.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_archive(archive, path.stat().st_size)
            _check_part(json.loads(archive.read("config.json")), 0)
            with archive.open("model.weights.h5") as weights:
                _check_weights(weights, archive.getinfo("model.weights.h5").file_size)
    except _RefusedError as error:
        raise InputError(
            f"A network's file must be as Keras writes one of its own layers, but {path.name} "
            f"{error}: it is not loaded."
        ) from None
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        ValueError,
        OSError,
        RuntimeError,  # nested too deeply; a password is needed; an unknown compression
    ) as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(
            f"A network's file must be as Keras writes it, but {path.name} cannot be read "
            f"({reason}): it is not loaded."
        ) from None


class _RefusedError(Exception):
    """Why a file is refused, as a predicate."""


def _check_archive(archive: zipfile.ZipFile, size: int) -> None:
    entries = archive.infolist()
    for entry in entries:
        if entry.filename not in MEMBERS and not _is_asset(entry.filename):
            raise _RefusedError(f"holds {entry.filename!r}")
        if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
            raise _RefusedError(f"holds {entry.filename} compressed")
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise _RefusedError("holds one name twice")
    if sum(entry.file_size for entry in entries) > size:
        raise _RefusedError("unfolds to more than its size")
    if archive.getinfo("config.json").file_size > LONGEST_CONFIG:
        raise _RefusedError(f"has a configuration of more than {LONGEST_CONFIG:,} bytes")


def _is_asset(name: str) -> bool:
    """A vocabulary, below ``assets/`` and nowhere else."""
    parts = name.split("/")
    return parts[0] == "assets" and ".." not in parts and "\\" not in name and "\0" not in name


def _check_part(value: object, depth: int) -> None:
    """Look through a configuration as Keras would, without making anything of it."""
    if depth > DEEPEST_CONFIG:
        raise _RefusedError(f"has a configuration deeper than {DEEPEST_CONFIG}")
    if isinstance(value, list):
        for one in value:
            _check_part(one, depth + 1)
    elif isinstance(value, dict):
        if "class_name" in value:
            _check_class(value)
        for one in value.values():
            _check_part(one, depth + 1)


def _check_class(part: Mapping[str, object]) -> None:
    name, module, settings = part["class_name"], part.get("module"), part.get("config")
    if name in RUN_CODE:
        raise _RefusedError(f"names {name}, which runs code of its own")
    if name in READ_FILES:
        raise _RefusedError(f"names {name}, which reads other files")
    if module is not None and not _is_part_of_keras(str(module)):
        raise _RefusedError(f"names {str(name)[:80]!r} of {str(module)[:80]!r}")
    vocabulary = settings.get("vocabulary") if isinstance(settings, dict) else None
    if name in LOOKUPS and isinstance(vocabulary, str):
        raise _RefusedError(f"has {name} read its vocabulary from another file")


def _is_part_of_keras(module: str) -> bool:
    return module == "keras" or any(
        module == f"keras.{known}" or module.startswith(f"keras.{known}.") for known in MODULES
    )


def _check_weights(stream: IO[bytes], size: int) -> None:
    import h5py

    with h5py.File(stream, "r") as file:
        total = 0
        for dataset in _datasets(file, "", set()):
            if dataset.is_virtual or dataset.external:
                raise _RefusedError(f"takes {dataset.name} from another file")
            if dataset.dtype.hasobject or dataset.dtype.kind not in "biufcVS":
                raise _RefusedError(f"has {dataset.name} of the type {dataset.dtype}")
            total += dataset.size * dataset.dtype.itemsize
            if total > size:
                raise _RefusedError("has weights larger than the file")


def _datasets(group: "h5py.Group", inside: str, seen: set[int]) -> Iterator["h5py.Dataset"]:
    import h5py

    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise _RefusedError(f"has {inside}/{name} lead elsewhere")
        item = group[name]
        at = h5py.h5o.get_info(item.id).addr
        if at in seen:
            raise _RefusedError(f"has {inside}/{name} in two places")
        seen.add(at)
        if isinstance(item, h5py.Group):
            yield from _datasets(item, f"{inside}/{name}", seen)
        else:
            yield item
