"""Writes mended files, and refuses where work could be lost."""

import os
import stat
import subprocess
import tempfile
from pathlib import Path

from seedbed.system.errors import InputError


def uncommitted(paths: list[Path]) -> list[Path]:
    """Those files that stand in a git repository and differ from what is committed there."""
    return [path for path in paths if _differs(path)]


def _differs(path: Path) -> bool:
    target = path.resolve()
    try:
        done = subprocess.run(  # noqa: S603
            ["git", "status", "--porcelain", "--", target.name],  # noqa: S607
            cwd=target.parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and bool(done.stdout.strip())


def refuse_uncommitted(paths: list[Path]) -> None:
    """Refuse to change files whose own changes are not committed.

    Raises:
        InputError: One of the files differs from what is committed.
    """
    found = uncommitted(paths)
    if found:
        names = ", ".join(f"'{path}'" for path in found[:5])
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        raise InputError(
            f"--fix changes only files that are committed; {names}{more} "
            f"{'has' if len(found) == 1 else 'have'} uncommitted changes: "
            "commit or stash them, or add --allow-dirty."
        )


def write_mended(path: Path, before: bytes, after: bytes) -> str:
    """Put a file's new bytes in its place at once.

    Args:
        path: The file; a link is followed.
        before: Its bytes when it was read.
        after: Its new bytes.

    Returns:
        Why it is left unchanged; empty if it was written.
    """
    target = path.resolve()
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
        if not mode & 0o222 or not os.access(target, os.W_OK):
            return "is read-only and is left unchanged"
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".doctor-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(after)
            os.chmod(name, mode)  # noqa: PTH101
            if target.read_bytes() != before:
                return "changed while it was read and is left unchanged"
            os.replace(name, target)  # noqa: PTH105
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        return f"cannot be written and is left unchanged ({error.strerror or error})"
    return ""
