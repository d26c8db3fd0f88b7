"""Which code this is: the installed version, and a digest of every module."""

import hashlib
from functools import cache
from importlib import metadata

from seedbed.system.paths import PACKAGE, SHIPPED


@cache
def code_digest() -> str:
    """SHA-256 over every Python file of the package and its experiments, names included, hex.

    A checkpoint continues under the same digest only, and every worker of a cluster must have it.
    """
    digest = hashlib.sha256()
    package = PACKAGE.rglob("*.py")
    named = {path.relative_to(PACKAGE.parent).as_posix(): path for path in package}
    named = {name: path for name, path in named.items() if "/_shipped/" not in name}
    named |= {f"experiments/{path.name}": path for path in (SHIPPED / "experiments").glob("*.py")}
    for name, path in sorted(named.items()):
        content = path.read_bytes()
        digest.update(f"{name} {len(content)}\n".encode())
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
