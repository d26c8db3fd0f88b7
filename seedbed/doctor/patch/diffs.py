"""Shows patches as unified diffs."""

import difflib
from pathlib import Path


def diff_of(path: Path, before: bytes, after: bytes) -> str:
    """A unified diff that ``git apply`` and ``patch`` read.

    Args:
        path: The file, as it was given.
        before: Its bytes.
        after: Its bytes after the patches.

    Returns:
        The diff; a carriage return is shown as it is.
    """
    name = path.as_posix().lstrip("/")
    lines = difflib.unified_diff(
        _lines(before), _lines(after), f"a/{name}", f"b/{name}", lineterm="\n"
    )
    return "".join(
        line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines
    )


def _lines(raw: bytes) -> list[str]:
    text = raw.decode("utf-8", errors="surrogateescape")
    return [line + "\n" for line in text.split("\n")[:-1]] + (
        [text.rsplit("\n", 1)[-1]] if not text.endswith("\n") and text else []
    )
