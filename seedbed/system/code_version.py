"""Which code this is: the installed version, and a digest of every module."""

import hashlib
from functools import cache
from importlib import metadata

from seedbed.system.paths import PACKAGE


@cache
def code_digest() -> str:
    """SHA-256 over every Python file of the package, names included, hex.

    A checkpoint continues under the same digest only, and every worker of a cluster must have it.
    """
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(PACKAGE).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


@cache
def version() -> str:
    """The installed version; that of ``pyproject.toml`` in a clone that is not installed."""
    try:
        return metadata.version("seedbed")
    except metadata.PackageNotFoundError:
        return VERSION


VERSION = "0.2.0"
"""Read by the build; the one place that names it."""
