"""How long the doctor takes for 1,000 files, and for a large library.

    python -m benchmarks.doctor_speed [--files 1000]

Copies the scripts of tests/doctor/corpus in turn, each under a new name and with a changed line,
into a temporary folder, and times ``examine`` on it: reading, following and every rule. Then the
same for the source of the Keras that is installed.
"""

import argparse
import importlib.util
import platform
import tempfile
import time
from pathlib import Path

from seedbed.doctor.examine import examine

CORPUS = Path(__file__).resolve().parent.parent / "tests" / "doctor" / "corpus"


def main() -> None:
    """Print the time, and the slowest file by itself."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=1000)
    count: int = parser.parse_args().files
    scripts = sorted(CORPUS.rglob("*.py"))
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            text = scripts[number % len(scripts)].read_text(encoding="utf-8")
            (Path(folder) / f"script_{number}.py").write_text(
                f"# {number}\n{text}", encoding="utf-8"
            )
        start = time.perf_counter()
        report = examine([Path(folder)])
        seconds = time.perf_counter() - start
    slowest = max((timed(path), path.name) for path in scripts)
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in scripts) / len(
        scripts
    )
    print(
        f"{report.read} files of {lines:.0f} lines on average, {len(report.findings)} findings: "
        f"{seconds:.1f} s ({1000 * seconds / count:.1f} ms a file); "
        f"slowest {slowest[1]} {1000 * slowest[0]:.0f} ms; Python {platform.python_version()}"
    )
    spec = importlib.util.find_spec("keras")
    if spec is not None and spec.submodule_search_locations:
        start = time.perf_counter()
        report = examine([Path(spec.submodule_search_locations[0]) / "src"])
        seconds = time.perf_counter() - start
        print(f"{report.read} files of Keras' own source: {seconds:.1f} s")


def timed(path: Path) -> float:
    """Seconds for one file."""
    start = time.perf_counter()
    examine([path])
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
