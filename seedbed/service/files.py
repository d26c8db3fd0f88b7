"""Files that hold a secret."""

import os
import tempfile
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read; one that is there, or a link, is replaced.

    The name is taken over by a rename, so nobody who can write to the folder, such as ``/tmp``, can
    have the text written elsewhere.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    Path(name).replace(path)
