"""How long the doctor takes for 1,000 files, and for a large library, beside ``compileall``.

    python -m benchmarks.doctor_speed [--files 1000]

Copies the scripts of tests/doctor/corpus in turn, each under a new name and with a changed line,
into a temporary folder, and times ``examine`` on it: reading, following and every rule; then a
second call, which finds the report in the cache. Then the same for the source of the Keras that is
installed. ``python -m compileall`` of the same files says how fast the machine is at that time.
"""

import argparse
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from seedbed.doctor.examine import examine
from seedbed.doctor.report_cache import examine_or_recall
from seedbed.doctor.settings import Settings

CORPUS = Path(__file__).resolve().parent.parent / "tests" / "doctor" / "corpus"


def main() -> None:
    """Print the times, and the slowest file by itself."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=1000)
    count: int = parser.parse_args().files
    scripts = sorted(CORPUS.rglob("*.py"))
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        of_scripts(count, Path(folder))
        slowest = max((seconds(partial(examine, [path])), path.name) for path in scripts)
        print(f"slowest: {slowest[1]}, {1000 * slowest[0]:.0f} ms")
        spec = importlib.util.find_spec("keras")
        if spec is not None and spec.submodule_search_locations:
            source = Path(folder) / "keras"
            installed = Path(spec.submodule_search_locations[0]) / "src"
            shutil.copytree(installed, source, ignore=shutil.ignore_patterns("__pycache__"))
            report("Keras' own source", source)


def of_scripts(count: int, folder: Path) -> float:
    """Print the times of so many short scripts, and return the first's in those of compileall."""
    os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"
    scripts = sorted(CORPUS.rglob("*.py"))
    copies = folder / "scripts"
    copies.mkdir()
    for number in range(count):
        text = scripts[number % len(scripts)].read_text(encoding="utf-8")
        (copies / f"script_{number}.py").write_text(f"# {number}\n{text}", encoding="utf-8")
    return report(f"{count} scripts", copies)


def report(what: str, folder: Path) -> float:
    """Print the times of one folder, and return the first reading's in those of compileall."""
    files = sum(1 for _ in folder.rglob("*.py"))
    command = [sys.executable, "-m", "compileall", "-q", "-f", str(folder)]
    compiled = seconds(lambda: subprocess.run(command, check=True))
    before = os.times()
    first = seconds(lambda: examine_or_recall([folder], Settings()))
    after = os.times()
    here = after.user + after.system - before.user - before.system
    other = (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )
    again = seconds(lambda: examine_or_recall([folder], Settings()))
    print(
        f"{what}: {files} files, {first:.1f} s ({1000 * first / files:.1f} ms a file, "
        f"{first / compiled:.1f} times compileall, {compiled:.1f} s; {here + other:.1f} s of "
        f"processor time in two processes, {max(here, other):.1f} in the busier); "
        f"again {again:.2f} s"
    )
    return first / compiled


def seconds(work: Callable[[], object]) -> float:
    """How long some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
