"""Reads a pickle that holds NumPy arrays and plain containers, and executes nothing in it.

Unpickling calls whatever the file names. Here the few names that arrays are made of lead to
builders of this module, which check shapes and sizes themselves; every other name is refused.
So not even NumPy's own reader of pickled state sees the file. Pickles of Python 2 (strings as
latin-1) and 3 are read alike.
"""

import io
import math
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seedbed.system.errors import InputError

KINDS = "biufcSU"
"""Kinds of NumPy types that are admitted: booleans, numbers and text; no objects, no records."""


class RefusedError(Exception):
    """The pickle asks for something that is not admitted."""


class _Type:
    """A NumPy type as a pickle describes it."""

    def __init__(self, name: object, *_flags: object) -> None:
        text = name.decode("ascii") if isinstance(name, bytes) else name
        self.is_object = text in ("O", "O8", "O4", "|O")
        self.type = np.dtype("V1")
        if not self.is_object:
            if not isinstance(text, str):
                raise RefusedError(f"a NumPy type named {name!r}")
            try:
                self.type = np.dtype(text)
            except TypeError:
                raise RefusedError(f"a NumPy type named {name!r}") from None
            if self.type.kind not in KINDS:
                raise RefusedError(f"a NumPy type {text}")

    def __setstate__(self, state: object) -> None:
        if not isinstance(state, tuple) or len(state) < 2:
            raise RefusedError("a NumPy type with a broken description")
        order = state[1].decode("ascii") if isinstance(state[1], bytes) else state[1]
        if order == ">" and not self.is_object:
            self.type = self.type.newbyteorder(">")


class _Array:
    """An array that is being read."""

    def __init__(self) -> None:
        self.content: Any = None

    def __setstate__(self, state: object) -> None:
        if not isinstance(state, tuple) or len(state) != 5:
            raise RefusedError("an array with a broken description")
        _, shape, kind, fortran, raw = state
        self.content = _filled(shape, kind, raw, "F" if fortran else "C")


def load(path: Path) -> Any:
    """What the pickle holds: arrays, numbers, text, and lists, tuples, dicts and sets of them.

    Raises:
        InputError: It holds anything else, is not a pickle, or cannot be read.
    """
    try:
        return loads(path.read_bytes())
    except OSError as error:
        raise InputError(
            f"{path.name} must be a file that can be read, but: {error.strerror}."
        ) from None
    except RefusedError as error:
        raise InputError(
            f"A pickle must hold arrays and plain containers only, but {path.name} holds {error}; "
            "nothing of it was executed: save the arrays with numpy.savez instead."
        ) from None
    except Exception as error:  # a damaged pickle raises anything
        first = (str(error).splitlines() or [""])[0]
        raise InputError(
            f"{path.name} must be a whole pickle, but it cannot be read "
            f"({type(error).__name__}: {first}): save it again, or as .npz."
        ) from None


def loads(raw: bytes) -> Any:
    """As ``load``, of bytes.

    Raises:
        RefusedError: It names something that is not admitted.
        Exception: Whatever ``pickle`` raises for a torn file.
    """
    return _plain(_Unpickler(io.BytesIO(raw), encoding="latin1").load(), {})


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        found = ADMITTED.get((module.replace("numpy._core", "numpy.core"), name))
        if found is None:
            raise RefusedError(f"{module}.{name}")
        return found

    def persistent_load(self, pid: Any) -> Any:
        raise RefusedError(f"a reference to something outside it ({pid!r})")


def _reconstruct(_kind: object, _shape: object, _type: object) -> _Array:
    return _Array()


def _from_buffer(raw: object, kind: object, shape: object, order: object) -> _Array:
    """Protocol 5."""
    result = _Array()
    result.content = _filled(shape, kind, raw, "F" if order == "F" else "C")
    return result


def _scalar(kind: object, raw: object = b"") -> Any:
    return _filled((1,), kind, raw, "C")[0]


def _encode(text: object, encoding: object = "latin1") -> bytes:
    """How Python 3 writes bytes for Python 2."""
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise RefusedError("bytes in an encoding other than latin-1")
    return text.encode("latin1")


def _bytes(*content: object) -> bytes:
    """A number as content would reserve that much memory."""
    if not content:
        return b""
    if isinstance(content[0], str):
        return _encode(*content[:2])
    if len(content) > 1 or not isinstance(content[0], (bytes, list, bytearray)):
        raise RefusedError("bytes that are made of something else")
    return bytes(content[0])


def _array_class(*_: object) -> Any:
    raise RefusedError("a call of numpy.ndarray")


def _filled(shape: Any, kind: Any, raw: Any, order: str) -> Any:
    """An array from its parts, which must agree."""
    if not isinstance(kind, _Type):
        raise RefusedError("an array without a NumPy type")
    shape = (shape,) if isinstance(shape, int) else shape
    if not isinstance(shape, tuple) or not all(isinstance(n, int) and n >= 0 for n in shape):
        raise RefusedError("an array with a broken shape")
    count = math.prod(shape)
    if kind.is_object:
        if not isinstance(raw, list) or len(raw) != count:
            raise RefusedError("an array of objects with a broken content")
        return list(raw)
    content = raw.encode("latin1") if isinstance(raw, str) else bytes(memoryview(raw))
    if len(content) != count * kind.type.itemsize:
        raise RefusedError(
            f"an array of {count} values in {len(content)} bytes, which do not agree"
        )
    values: npt.NDArray[Any] = np.frombuffer(content, kind.type).copy()
    return values.reshape(shape, order="F" if order == "F" else "C")


def _plain(value: Any, seen: dict[int, Any]) -> Any:
    """Builders replaced by what they built, through all containers."""
    if id(value) in seen:
        raise RefusedError("a container that holds itself")
    if isinstance(value, _Array):
        if value.content is None:
            raise RefusedError("an array without content")
        return _plain(value.content, seen)
    if isinstance(value, (_Type, type)) or callable(value):
        raise RefusedError("something that is neither an array nor a plain container")
    if not isinstance(value, (list, tuple, dict, set, frozenset)):
        return value
    seen = {**seen, id(value): None}
    if isinstance(value, dict):
        return {_plain(k, seen): _plain(v, seen) for k, v in value.items()}
    return type(value)(_plain(item, seen) for item in value)


ADMITTED: dict[tuple[str, str], Callable[..., Any]] = {
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy.core.multiarray", "scalar"): _scalar,
    ("numpy.core.numeric", "_frombuffer"): _from_buffer,
    ("numpy", "ndarray"): _array_class,
    ("numpy", "dtype"): _Type,
    ("_codecs", "encode"): _encode,
    **{
        (module, kind.__name__): kind
        for module in ("builtins", "__builtin__")
        for kind in (set, frozenset, complex)
    },
    **{
        (module, name): _bytes
        for module in ("builtins", "__builtin__")
        for name in ("bytes", "bytearray")
    },
}
"""Every name that a pickle may use, and what stands for it here."""
