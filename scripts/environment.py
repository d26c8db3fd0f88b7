"""Compares the running environment with requirements.lock: `python scripts/environment.py`.

Prints one line when every package that the lock asks of this platform is installed in the locked
version; otherwise names each difference and exits with 1. More packages than the lock names are
no difference.
"""

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version

from packaging.requirements import Requirement

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"


def read_lock(path: Path = LOCK) -> list[Requirement]:
    """The lock's requirements, each pinned with `==`, without their hashes."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pins = (line.removesuffix("\\") for line in lines if line[:1].isalnum())
    return [Requirement(pin.strip()) for pin in pins]


def applies(requirement: Requirement) -> bool:
    """Whether the lock asks for this package on the running platform and Python."""
    return requirement.marker is None or requirement.marker.evaluate()


def installed_version(name: str) -> str | None:
    """The version of a package in the running environment, None without it."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def differences(requirements: list[Requirement]) -> list[str]:
    """One line for each package that is missing or present in another version."""
    found = ((pin, installed_version(pin.name)) for pin in requirements if applies(pin))
    return [
        f"{pin.name}: locked {pin.specifier}, installed {present or 'not at all'}"
        for pin, present in found
        if present is None or not pin.specifier.contains(present, prereleases=True)
    ]


def main() -> int:
    """Prints the comparison; returns the exit code."""
    wanted = read_lock()
    if wrong := differences(wanted):
        print(f"{sys.prefix} differs from requirements.lock:", *wrong, sep="\n  ", file=sys.stderr)
        return 1
    count = sum(map(applies, wanted))
    print(f"Python {python_version()}, {count} packages as locked.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
