"""Applies edits to the bytes of a script: its encoding, marks and line ends stay."""

import io
import re
import tokenize
from collections.abc import Sequence

from seedbed.doctor.editing.edits import Edit

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_END = re.compile(r"(?:\r\n|\r|\n)$")


def edited_lines(lines: Sequence[str], edits: Sequence[Edit]) -> list[str]:
    """Lines with their ends, after edits.

    Args:
        lines: Each with the line end it has in the file, if any.
        edits: Positions in these lines; they do not overlap.

    Returns:
        As many entries as before: an edit's lines stand in the entry where it begins, and entries
        that are removed are empty. Added lines end as the line does where they are added.
    """
    found = list(lines)
    usual = next((match[0] for line in lines if (match := _END.search(line))), "\n")
    for edit in sorted(edits, reverse=True):
        (first, column), (last, end) = edit.start, edit.end
        if first > len(found):
            found.append("")
        ending = _END.search(found[first - 1])
        text = edit.text.replace("\n", ending[0] if ending is not None else usual)
        head = found[first - 1].encode()[:column].decode()
        tail = found[last - 1].encode()[end:].decode() if last <= len(found) else ""
        for number in range(first, min(last, len(found))):
            found[number] = ""
        found[first - 1] = head + text + tail
    return found


def edited_script(raw: bytes, edits: Sequence[Edit]) -> bytes:
    """The bytes of a script after edits.

    Args:
        raw: As they lie in the file.
        edits: Positions in its text.

    Returns:
        The bytes, the same outside the edits.

    Raises:
        ValueError: The text cannot be written in the file's own encoding.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
    mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
    plain = "utf-8" if encoding == "utf-8-sig" else encoding
    text = raw.removeprefix(mark).decode(plain)
    lines = [line for line in _LINE.findall(text) if line]
    return mark + "".join(edited_lines(lines, edits)).encode(plain)
