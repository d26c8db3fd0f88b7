"""Asks whether a locked package has a known vulnerability; run by ``make audit``.

``pip-audit`` alone ends with success when the service that knows vulnerabilities has no answer for
a package, or none for any of them. Here that is a failure: what was not looked at is not safe.

Where the service cannot be asked, the advisories that lie beside this file (advisories.py) still
tell what was known on their date; that alone is not a success.

Exit status: 0 every package was looked at and none is known to be vulnerable; 1 one is; 3 some
could not be looked at, as without a network.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from scripts.advisories import FILE, known, read_snapshot
from scripts.environment import LOCK, read_lock

ROOT = Path(__file__).resolve().parents[1]
NOT_LOOKED_AT = 3
SHOWN = 3


def verdict(report: dict[str, Any]) -> tuple[int, str]:
    """Exit status and what to say about a report of pip-audit."""
    packages = report.get("dependencies", [])
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    hit = [package for package in packages if package.get("vulns")]
    lines = [
        f"{package['name']} {package['version']}: {vulnerability['id']}"
        f" (mended in {', '.join(vulnerability['fix_versions']) or 'no version yet'})"
        for package in hit
        for vulnerability in package["vulns"]
    ]
    if skipped or not packages:
        names = ", ".join(skipped[:SHOWN]) + (", …" if len(skipped) > SHOWN else "")
        of = f"{len(skipped)} of {len(packages)} packages ({names})" if packages else "any package"
        lines.append(
            f"The audit must look at every package, but could not look at {of}: the service that "
            "knows vulnerabilities cannot be reached from here, or does not know them. Run "
            "`make audit` where it can be reached."
        )
    if hit:
        return 1, "\n".join(lines)
    if skipped or not packages:
        return NOT_LOOKED_AT, "\n".join(lines)
    return 0, f"None of {len(packages)} packages has a known vulnerability."


def without_service(lock: Path = LOCK, snapshot: Path = FILE) -> tuple[int, str]:
    """Exit status and what to say by the advisories kept here."""
    kept = read_snapshot(snapshot)
    pins = read_lock(lock)
    found = known(pins, kept)
    if found:
        return 1, "\n".join([*found, f"(known on {kept['date']})"])
    return NOT_LOOKED_AT, (
        f"None of {len(pins)} packages has a vulnerability that was known on {kept['date']} "
        "(scripts/advisories.json); what became known later was not looked at."
    )


def main() -> int:
    """Run pip-audit on the lock."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(ROOT / "requirements.lock")]
    flags = ["--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off"]
    done = subprocess.run(  # noqa: S603
        [*command, *flags], capture_output=True, text=True, check=False
    )
    try:
        report = json.loads(done.stdout)
    except ValueError:
        said = [line for line in done.stderr.splitlines() if line.strip()] or ["it said nothing"]
        print(f"pip-audit: {said[-1]}", file=sys.stderr)
        report = {}
    status, text = verdict(report)
    if status == NOT_LOOKED_AT:
        status, before = without_service()
        text = f"{text}\n{before}"
    print(text, file=sys.stdout if status == 0 else sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
