"""A YAML file as plain values, with the line and column at which each of them stands."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.scalarbool import ScalarBoolean

from seedbed.sweeps.spec import shipped_sweeps
from seedbed.system.errors import InputError
from seedbed.system.files.yaml_bounds import (
    DEEPEST,
    LARGEST,
    BoundedRoundTripParser,
    BoundsError,
)

Place = tuple[str | int, ...]
"""Keys and indices that lead to a value, e.g. ``("configurations", "batch_size", 1)``."""


@dataclass(frozen=True)
class YamlFile:
    """A file that was read.

    Attributes:
        path: Where it is.
        text: The file as read.
        content: Its fields as plain dicts, lists and scalars.
    """

    path: Path
    text: str
    content: dict[str, object]
    _marked: CommentedMap

    @classmethod
    def read(cls, path: Path) -> "YamlFile":
        """Read a file, or the sweep of that name that comes with Seedbed.

        Raises:
            InputError: It cannot be read, is not YAML, or holds no fields.
        """
        path = shipped_sweeps.locate(path)
        try:
            with path.open(encoding="utf-8") as stream:
                text = stream.read(LARGEST + 1)
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise InputError(
                f"The sweep's file must be readable, got {path}: {reason}; "
                f"{shipped_sweeps.hint(path)}"
            ) from None
        return cls.parse(text, path)

    @classmethod
    def parse(cls, text: str, path: Path) -> "YamlFile":
        """Read a text that was read from ``path``, or will be written there.

        Raises:
            InputError: It is not YAML, breaks a bound of ``yaml_bounds``, or holds no fields.
        """
        if len(text) > LARGEST:
            raise InputError(
                f"{path}: the sweep's file must have at most {LARGEST:,} characters, got more: "
                "draw configurations instead of listing them, or make several sweeps."
            )
        marked = _parsed(path, text)
        return cls(path, text, cast("dict[str, object]", _plain(marked)), marked)

    def refuse(self, place: Place, sentence: str) -> InputError:
        """An error that begins with file, line and column of ``place``."""
        return InputError(f"{self.where(place)}: {sentence}")

    @contextmanager
    def at(self, *place: str | int) -> Iterator[None]:
        """Put file, line and column of ``place`` before an InputError that is raised inside."""
        try:
            yield
        except InputError as error:
            raise self.refuse(place, str(error)) from None

    def where(self, place: Place) -> str:
        """File, line and column of a place; of the nearest one around it where it is not there."""
        mark: tuple[int, int] | None = None
        inner: object = self._marked
        for part in place:
            if isinstance(inner, CommentedMap) and part in (inner.lc.data or ()):
                mark = inner.lc.key(part)
            elif isinstance(inner, CommentedSeq) and isinstance(part, int) and part < len(inner):
                mark = inner.lc.item(part)
            else:
                break
            inner = inner[part]
        if mark is None:
            return str(self.path)
        return f"{self.path} line {mark[0] + 1} column {mark[1] + 1}"


def _parsed(path: Path, text: str) -> CommentedMap:
    try:
        yaml = YAML(typ="rt")
        yaml.Parser = BoundedRoundTripParser
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)  # YAML allows it
            content = yaml.load(text)
    except BoundsError as error:
        raise InputError(f"{path} line {error.line} column {error.column}: {error}.") from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" line {mark.line + 1} column {mark.column + 1}" if mark else ""
        problem = " ".join(str(error.problem or error.context).removeprefix("but ").split())
        raise InputError(
            f"{path}{where}: the sweep's file must be YAML, but {problem}: mend that line."
        ) from None
    except (YAMLError, ValueError) as error:  # ValueError: !!int x
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"{path}: the sweep's file must be YAML, but {reason}.") from None
    if not isinstance(content, CommentedMap):
        kinds = {"CommentedSeq": "a list", "NoneType": "empty"}
        what = kinds.get(type(content).__name__, "a single value")
        raise InputError(
            f"{path}: the sweep's file must hold fields such as question, experiment and seeds, "
            f"but it is {what}: docs/sweep-file.md shows one, and seedbed sweep EXPERIMENT --save "
            "FILE writes one."
        )
    return content


def _plain(value: object, depth: int = 0) -> object:
    """Ruamel's containers and numbers as Python's own; what YAML has beyond them as text."""
    if depth > 2 * DEEPEST:  # aliases inside aliases
        raise InputError(
            f"A sweep's file must not nest deeper than {2 * DEEPEST}: make it flatter."
        )
    if isinstance(value, dict):
        return {_plain(key): _plain(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, depth + 1) for inner in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, ScalarBoolean):
        return bool(value)
    for kind in (int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return str(value)
