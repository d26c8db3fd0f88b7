"""Which code this is: its version, and a digest of every module."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from seedbed.system.paths import PACKAGE, SHIPPED

VERSION = "0.2.0"
"""The one place that names it; the build reads it from this line."""


@cache
def code_digest() -> str:
    """SHA-256 over every Python file of the package and of ``experiments/``, names included, hex.

    A clone and an installed copy of the same code have the same digest. A checkpoint continues
    under the same digest only, and every worker of a cluster must have it.
    """
    import hashlib  # `seedbed --help` needs the version alone

    digest = hashlib.sha256()
    for name, path in sorted(_code()):
        content = path.read_bytes()
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _code() -> Iterator[tuple[str, Path]]:
    """Each file's name as it is in a clone, and where it lies here."""
    for path in PACKAGE.rglob("*.py"):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith("_shipped/"):
            yield f"seedbed/{name}", path
    for path in (SHIPPED / "experiments").glob("*.py"):
        yield f"experiments/{path.name}", path
