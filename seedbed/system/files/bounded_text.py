"""Text that a user names: read up to a bound, since a device or a wrong file never ends."""

import errno
from pathlib import Path

LARGEST = 200_000_000


def bounded_text(path: Path, encoding: str = "utf-8", largest: int = LARGEST) -> str:
    """The text of a file, with its line ends as they are.

    Raises:
        OSError: It cannot be read, or holds more characters than that.
        UnicodeDecodeError: It is not text of that encoding.
    """
    with path.open(encoding=encoding, newline="") as stream:
        text = stream.read(largest + 1)
    if len(text) > largest:
        raise OSError(errno.EFBIG, f"it holds more than {largest:,} characters", str(path))
    return text
