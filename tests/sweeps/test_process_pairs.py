"""Each command beside a driver or another command: one waits or is refused, no cell is lost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from seedbed.system.paths import IMPORT_ROOT
from tests.faults.tiny_sweep import damage, run, write_file

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

DRIVER = "import sys, pathlib, tests.faults.tiny_sweep as t\nt.run(pathlib.Path(sys.argv[1]))\n"
CUT_OFF = (
    "import os, sys, pathlib, tests.faults.tiny_sweep as t\n"
    "first = t.tiny_run\n"
    "def killed_in_its_third_run(*given):\n"
    "    runs.append(given)\n"
    "    return os._exit(9) if len(runs) == 3 else first(*given)\n"
    "runs = []\n"
    "t.tiny_run = killed_in_its_third_run\n"
    "t.run(pathlib.Path(sys.argv[1]))\n"
)
COMMANDS = {
    "stop": ("stop", "tiny"),
    "cancel": ("cancel", "tiny"),
    "retry": ("retry", "tiny", "--failed"),
    "repair": ("repair", "tiny"),
    "prune": ("prune", "--keep", "best", "--yes"),
    "report": ("report", "tiny"),
}


def start(*words: str) -> subprocess.Popen[str]:
    """A process of this Python, from the clone."""
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=IMPORT_ROOT,
        env={**os.environ, "PYTHONPATH": str(IMPORT_ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def file(tmp_path: Path, store_path: Path) -> Path:
    """The file of a sweep of four cells whose driver was killed in its third run."""
    del store_path
    path = write_file(tmp_path, 4)
    with start("-c", CUT_OFF, str(path)) as cut_off:
        said, _ = cut_off.communicate()
    assert cut_off.returncode == 9, said
    return path


@pytest.mark.parametrize("verb", [*COMMANDS, "sweep"])
def test_beside_a_driver_of_the_same_sweep(verb: str, file: Path, store_path: Path) -> None:
    driver = ("-c", DRIVER, str(file))
    words = ("-m", "seedbed", *COMMANDS[verb]) if verb in COMMANDS else driver
    with start(*driver) as first, start(*words) as second:
        told = first.communicate()[0]
        answer = second.communicate()[0]
    assert first.returncode == 0, told
    assert second.returncode == 0 or "Error: " in answer, answer
    assert "Traceback" not in answer
    run(file)  # an order may have stopped it
    assert damage(file, store_path) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("repair", "repair"),
        ("repair", "resume"),
        ("repair", "report"),
        ("retry", "repair"),
        ("resume", "resume"),
        ("report", "prune"),
        ("prune", "prune"),
    ],
)
def test_two_commands_on_a_finished_sweep(
    first: str, second: str, tmp_path: Path, store_path: Path
) -> None:
    file = write_file(tmp_path, 3)
    run(file)
    words = {**COMMANDS, "resume": ("resume", "tiny", "--no-report")}
    pair = [start("-m", "seedbed", *words[verb]) for verb in (first, second)]
    for one in pair:
        with one:
            answer = one.communicate()[0]
        assert one.returncode == 0 or "Error: " in answer, answer
        assert "Traceback" not in answer
    assert damage(file, store_path) == []
