"""TensorBoard's event files: records of protocol buffers, read without TensorBoard.

Format: TensorFlow's ``record_writer.cc``, ``event.proto``, ``summary.proto``, ``tensor.proto`` and
TensorBoard's ``hparams/plugin_data.proto``; numbers in the code are those files' field numbers.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HEADER, FOOTER = 12, 4
FLOAT, DOUBLE, INT32, INT64 = 1, 2, 3, 9
"""TensorFlow's numbers of data types."""
Value = int | bytes


@dataclass
class EventFile:
    """What one event file says.

    Attributes:
        scalars: Tag → step → value; the last of a step counts.
        hparams: Hyperparameters of TensorBoard's HParams dashboard.
        failed: Whether the dashboard's session ended in failure.
        started_s: Wall-clock time of the first event, seconds since 1970.
    """

    scalars: dict[str, dict[int, float]] = field(default_factory=dict)
    hparams: dict[str, object] = field(default_factory=dict)
    failed: bool = False
    started_s: float = 0.0


def read_event_file(path: Path, found: EventFile | None = None) -> EventFile:
    """Read one event file; a record that a crash cut short ends it.

    Args:
        path: The file.
        found: What other files of the same run said, to be added to.

    Raises:
        OSError: It cannot be read.
        ValueError: It is not an event file.
    """
    result = EventFile() if found is None else found
    left = path.stat().st_size
    with path.open("rb") as stream:  # record by record: a file may hold gigabytes of images
        while left >= HEADER:
            (length,) = struct.unpack_from("<Q", stream.read(HEADER))
            left -= HEADER + length + FOOTER
            if left < 0:
                break
            _take_event(stream.read(length), result)
            stream.read(FOOTER)
    return result


def _take_event(event: bytes, found: EventFile) -> None:
    step, summaries = 0, []
    for number, value in fields_of(event):
        if number == 1 and isinstance(value, bytes) and not found.started_s:
            (found.started_s,) = struct.unpack("<d", value)
        elif number == 2 and isinstance(value, int):
            step = value
        elif number == 5 and isinstance(value, bytes):
            summaries.append(value)
    for summary in summaries:
        for number, value in fields_of(summary):
            if number == 1 and isinstance(value, bytes):
                _take_summary(value, step, found)


def _take_summary(summary: bytes, step: int, found: EventFile) -> None:
    tag, number = "", None
    for place, value in fields_of(summary):
        if not isinstance(value, bytes):
            continue
        if place == 1:
            tag = value.decode(errors="replace")
        elif place == 2:
            (number,) = struct.unpack("<f", value)
        elif place == 8:
            number = _scalar(value)
        elif place == 9 and tag.startswith("_hparams_/"):
            _take_hparams(value, found)
    if number is not None and not tag.startswith("_hparams_/"):
        found.scalars.setdefault(tag, {})[step] = number


def _scalar(tensor: bytes) -> float | None:
    """The value of a tensor with one number; None of any other."""
    parts: dict[int, list[Value]] = {}
    for number, value in fields_of(tensor):
        parts.setdefault(number, []).append(value)
    kind = parts.get(1, [0])[0]
    forms = {FLOAT: ("<f", 5), DOUBLE: ("<d", 6)}
    if kind not in forms:
        return None
    form, place = forms[int(kind)]
    for held in (*parts.get(4, []), *parts.get(place, [])):
        if isinstance(held, bytes) and len(held) == struct.calcsize(form):
            return float(struct.unpack(form, held)[0])
    return None


def _take_hparams(metadata: bytes, found: EventFile) -> None:
    """Hyperparameters and the end of a session, from a summary's metadata."""
    for plugin in _inner(metadata, 1):
        for content in _inner(plugin, 2):
            for start in _inner(content, 3):
                for entry in _inner(start, 1):
                    named = dict(fields_of(entry))
                    key, value = named.get(1), named.get(2)
                    if isinstance(key, bytes) and isinstance(value, bytes):
                        found.hparams[key.decode(errors="replace")] = _hparam(value)
            for end in _inner(content, 4):
                found.failed = dict(fields_of(end)).get(1) == 2


def _hparam(value: bytes) -> object:
    for number, held in fields_of(value):
        if number == 2 and isinstance(held, bytes):
            (real,) = struct.unpack("<d", held)
            return int(real) if real == real // 1 else real
        if number == 3 and isinstance(held, bytes):
            return held.decode(errors="replace")
        if number == 4:
            return bool(held)
    return None


def _inner(message: bytes, wanted: int) -> list[bytes]:
    return [v for number, v in fields_of(message) if number == wanted and isinstance(v, bytes)]


def fields_of(message: bytes) -> Iterator[tuple[int, Value]]:
    """Number and value of each field of a protocol buffer; fixed-size values as their bytes.

    Raises:
        ValueError: It is not a protocol buffer.
    """
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, position = _varint(message, position)
            yield number, value
            continue
        if kind == 2:
            size, position = _varint(message, position)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError(f"not a protocol buffer: a field of kind {kind}")
        if position + size > len(message):
            raise ValueError("not a protocol buffer: a field beyond its end")
        yield number, message[position : position + size]
        position += size


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while position < len(message) and shift < 70:
        byte = message[position]
        position += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, position
        shift += 7
    raise ValueError("not a protocol buffer: a number without an end")
