"""The ratios that must not get worse, in about five minutes: ``make bench-quick``.

    python -m benchmarks.quick [--record]

Each ratio is measured in a process of its own, its two sides by turns, and held against the one
that ``benchmarks/quick.json`` has from an idle machine. One that is more than a fifth above it is
measured again, and if that is no better printed as WORSE; the exit code is then 1. ``--record``
writes there what it measures.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from seedbed.system.paths import IMPORT_ROOT as ROOT

RECORDED = Path(__file__).with_name("quick.json")
WORSE = 1.2
"""A ratio may grow by a fifth."""

ENVIRONMENT = """
import os
from pathlib import Path
folder = {folder!r}
os.environ |= {{"SEEDBED_STORE": folder, "MLFLOW_TRACKING_URI": f"sqlite:///{{folder}}/none.db"}}
"""
RATIOS = {
    "seedbed --help / import click": """
from benchmarks.command_speed import case_of, measure
own, yardstick = measure(case_of("--help"), 5, dict(os.environ))
ratio = own / yardstick
""",
    "seedbed spread / import numpy, scipy.stats": """
from benchmarks.command_speed import case_of, measure
own, yardstick = measure(case_of("spread"), 5, dict(os.environ))
ratio = own / yardstick
""",
    "seedbed check first / import numpy, scipy.stats": """
from benchmarks.command_speed import case_of, measure
own, yardstick = measure(case_of("check", "first"), 5, dict(os.environ))
ratio = own / yardstick
""",
    "the doctor on 300 scripts / compileall": """
import statistics
from benchmarks.doctor_speed import of_scripts
folders = [Path(folder, str(number)) for number in range(9)]
for one in folders:
    one.mkdir()
ratio = statistics.median(of_scripts(300, one) for one in folders)
""",
    "a watched script / a bare one": """
from benchmarks.watching_cost import measure
ratio = measure(3)
""",
    "an epoch of mnist_cnn on digits / a bare compiled loop": """
from benchmarks.training_speed import in_process
loops = in_process("mnist_cnn on digits, batch 32", "loops", 7)
ratio = loops["seedbed"] / loops["bare"]
""",
    "an epoch of transport_cnn / model.fit with the same settings": """
from benchmarks.training_speed import in_process
loops = in_process("transport_cnn, 6,000 windows, batch 64", "loops", 5)
ratio = loops["seedbed"] / loops["fit"]
""",
    "the data to the first step, with kept traces / traced": """
from benchmarks.run_overhead import first_steps
ratio = first_steps(5)
""",
}
"""What is compared → code that sets ``ratio``, the lower the better."""


@dataclass(frozen=True)
class Judged:
    """A ratio held against the recorded one.

    Attributes:
        name: What is compared.
        ratio: As measured now.
        recorded: As recorded; None where there is no record.
    """

    name: str
    ratio: float
    recorded: float | None

    @property
    def is_worse(self) -> bool:
        """More than a fifth above the record."""
        return self.recorded is not None and self.ratio > WORSE * self.recorded

    def __str__(self) -> str:
        """The line that is printed."""
        record = "not recorded" if self.recorded is None else f"recorded {self.recorded:.3f}"
        return f"{'WORSE' if self.is_worse else 'ok':6}{self.ratio:7.3f}  ({record})  {self.name}"


def measure(name: str) -> float:
    """Measure one ratio in a process of its own, with an empty store in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        code = f"{ENVIRONMENT.format(folder=folder)}{RATIOS[name]}\nprint(ratio)"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
        )
    if done.returncode:
        sys.exit(f"{name}: the process ended with {done.returncode}:\n{done.stderr[-4000:]}")
    return float(done.stdout.splitlines()[-1])


def _judged(name: str, recorded: float | None) -> Judged:
    """One that seems worse is measured once more, because other work slows the sides unequally."""
    found = Judged(name, measure(name), recorded)
    if found.is_worse:
        found = replace(found, ratio=min(found.ratio, measure(name)))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every ratio; 1 if one is worse than recorded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="write what is measured")
    given = parser.parse_args(arguments)
    recorded = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    found = []
    for name in RATIOS:
        found.append(_judged(name, recorded.get(name)))
        print(found[-1], flush=True)
    if given.record:
        ratios = {one.name: round(one.ratio, 3) for one in found}
        RECORDED.write_text(json.dumps(ratios, indent=2) + "\n", encoding="utf-8")
        return 0
    return int(any(one.is_worse for one in found))


if __name__ == "__main__":
    sys.exit(main())
