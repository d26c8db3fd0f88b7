"""A path as a person would type it."""

import os
from pathlib import Path


def typed_path(path: str | Path) -> str:
    """From the current folder if it lies there or beside it; else from the root.

    Args:
        path: A path; one that begins elsewhere is taken from the current folder.
    """
    whole = os.path.normpath(Path.cwd() / path)
    near = os.path.relpath(whole)
    return whole if Path(near).parts[:2] == (os.pardir, os.pardir) else near
