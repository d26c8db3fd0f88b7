"""The git commit of somebody's files, asked without changing anything in their folder."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

PATIENCE_S = 20


def commit_of(path: Path, beside: Sequence[Path] = ()) -> tuple[str, bool]:
    """The commit that a file's repository is at, and whether files differ from it.

    Args:
        path: The file.
        beside: Further files of the same folder that must be as they are there.

    Returns:
        The commit, hex, and whether one of the files differs; an empty text, and False, for a file
        that no repository holds, and where git cannot say.
    """
    folder = path.resolve().parent
    files = [os.path.relpath(one.resolve(), folder) for one in (path, *beside)]
    try:
        if _git(folder, "ls-files", "--error-unmatch", "--", files[0]).returncode:
            return "", False
        head = _git(folder, "rev-parse", "--verify", "HEAD")
        if head.returncode:
            return "", False
        changed = bool(_git(folder, "status", "--porcelain", "--", *files).stdout.strip())
    except (OSError, subprocess.TimeoutExpired):
        return "", False
    return head.stdout.strip(), changed


def _git(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(  # noqa: S603
        ["git", *arguments],  # noqa: S607
        cwd=folder,
        env={**own, "GIT_OPTIONAL_LOCKS": "0"},  # the index in their folder stays as it is
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=PATIENCE_S,
    )
