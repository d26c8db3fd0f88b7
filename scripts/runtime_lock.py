"""Prints the part of a lock that the service runs on: no developers' tools.

    python scripts/runtime_lock.py LOCK             what pyproject.toml's dependencies need
    python scripts/runtime_lock.py LOCK uv          one package and what it needs
    python scripts/runtime_lock.py LOCK --versions  the same, as constraints without hashes

The lock says after each package who needs it ("via"). Needs no package, so that it runs in an image
that has none yet.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

PROJECT = "seedbed (pyproject.toml)"
"""How the lock calls ``[project] dependencies``; the groups have their name behind the file's."""


def entries(lock: str) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Name, text and dependents of each package of a lock."""
    for text in re.findall(r"^[A-Za-z0-9].*\n(?:[ \t]+.*\n?)*", lock, re.MULTILINE):
        name = re.match(r"[A-Za-z0-9._-]+", text)
        said = re.findall(r"^ +# +(?:via +)?(.+)$", text, re.MULTILINE)
        if name is None or not said:
            raise SystemExit(f"{text.splitlines()[0]} must say after it who needs it: make lock.")
        yield name[0], text, frozenset(said) - {"via"}


def needed(lock: str, roots: Iterable[str] = ()) -> dict[str, str]:
    """Name → text of the packages that the project, or these packages, need."""
    found = {name: (text, via) for name, text, via in entries(lock)}
    wanted = set(roots)
    if missing := wanted - set(found):
        raise SystemExit(f"The lock must hold {', '.join(sorted(missing))}, but does not.")
    wanted = wanted or {name for name, (_, via) in found.items() if PROJECT in via}
    while more := {name for name, (_, via) in found.items() if via & wanted} - wanted:
        wanted |= more
    return {name: text for name, (text, _) in found.items() if name in wanted}


def main(path: str, *arguments: str) -> None:
    """Print it."""
    roots = [argument for argument in arguments if argument != "--versions"]
    for text in needed(Path(path).read_text(encoding="utf-8"), roots).values():
        print(
            text.splitlines()[0].removesuffix("\\").strip() if "--versions" in arguments else text
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
