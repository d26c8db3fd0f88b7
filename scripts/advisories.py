"""Known vulnerabilities of the locked packages, kept here for where no service can be asked.

`python scripts/advisories.py CLONE` derives `scripts/advisories.json` from a clone of
https://github.com/pypa/advisory-database (or its git directory), with the date of its newest
commit. What became known later is not in it.
"""

import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from scripts.environment import read_lock

FILE = Path(__file__).with_suffix(".json")


def known(pins: list[Requirement], snapshot: dict[str, Any]) -> list[str]:
    """One line for each vulnerability that the snapshot knows of a locked version."""
    lines = []
    for pin in pins:
        (clause,) = pin.specifier
        for name, *ranges in snapshot["packages"].get(canonicalize_name(pin.name), []):
            hit = next((one for one in ranges if _inside(clause.version, one)), None)
            if hit:
                mended = hit[1] or "no version yet"
                lines.append(f"{pin.name} {clause.version}: {name} (mended in {mended})")
    return lines


def read_snapshot(path: Path = FILE) -> dict[str, Any]:
    """Its date, commit, and for each package ``[id, [introduced, fixed], …]``."""
    snapshot: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return snapshot


def _inside(version: str, span: list[str | None]) -> bool:
    low, high = span
    try:
        return (not low or low == "0" or Version(version) >= Version(low)) and (
            high is None or Version(version) < Version(high)
        )
    except InvalidVersion:
        return True


def derive(clone: Path, pins: list[Requirement]) -> dict[str, Any]:
    """The snapshot of the clone's newest commit, for these packages alone.

    Raises:
        subprocess.CalledProcessError: The folder is not a clone of the database.
    """
    commit, date = _git(clone, "log", "-1", "--format=%H %cs").decode().split()
    wanted: set[str] = {canonicalize_name(pin.name) for pin in pins}
    packages: dict[str, list[Any]] = {}
    for record in _records(clone, wanted):
        if record.get("withdrawn"):
            continue
        aliases = [one for one in record.get("aliases", []) if one.startswith("CVE-")]
        title = " ".join([record["id"], *aliases])
        for affected in record.get("affected", []):
            name = canonicalize_name(affected["package"]["name"])
            if name in wanted:
                packages.setdefault(name, []).append([title, *_spans(affected)])
    ordered = {name: sorted(packages[name]) for name in sorted(packages)}
    return {"source": "github.com/pypa/advisory-database", "commit": commit, "date": date,
            "packages": ordered}  # fmt: skip


def _records(clone: Path, wanted: set[str]) -> Iterator[dict[str, Any]]:
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    archive = _git(clone, "archive", "--format=tar", "HEAD", "vulns")
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        for entry in files:
            folder = Path(entry.name).parent.name
            content = files.extractfile(entry) if canonicalize_name(folder) in wanted else None
            if content is not None:
                record = yaml.load(content.read().decode())
                yield record


def _spans(affected: dict[str, Any]) -> list[list[str | None]]:
    """From each version that brought it to the one that mends it."""
    spans: list[list[str | None]] = []
    for one in affected.get("ranges", []):
        if one.get("type") != "ECOSYSTEM":
            continue
        low: str | None = None
        for event in one["events"]:
            if "introduced" in event:
                if low is not None:
                    spans.append([low, None])
                low = str(event["introduced"])
            elif "fixed" in event:
                spans.append([low, str(event["fixed"])])
                low = None
        if low is not None:
            spans.append([low, None])
    return spans


def _git(clone: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(clone), *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603


def _text(snapshot: dict[str, Any]) -> str:
    """JSON with one advisory a line, so that a change shows what it changes."""
    head = {**snapshot, "packages": None}
    blocks = [
        f"{json.dumps(name)}: [\n" + ",\n".join(f"  {json.dumps(one)}" for one in found) + "\n]"
        for name, found in snapshot["packages"].items()
    ]
    packages = "{\n" + ",\n".join(blocks) + "\n}"
    return json.dumps(head, indent=1).replace("null", packages) + "\n"


def main() -> int:
    """Write the snapshot; returns the exit status."""
    if len(sys.argv) != 2:
        print((__doc__ or "").split("\n\n")[1], file=sys.stderr)
        return 2
    snapshot = derive(Path(sys.argv[1]), read_lock())
    FILE.write_text(_text(snapshot), encoding="utf-8")
    count = sum(map(len, snapshot["packages"].values()))
    print(f"{FILE.name}: {count} advisories of {snapshot['date']}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
