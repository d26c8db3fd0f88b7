"""Tests pass with SIGINT ignored, as a shell without job control leaves it for ``make test &``."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LISTENS = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"


def test_a_command_that_a_test_starts_hears_ctrl_c() -> None:
    command = [sys.executable, "-c", LISTENS]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_so_it_does_where_the_tests_run_in_the_background() -> None:
    first = f"{Path(__file__).relative_to(ROOT)}::test_a_command_that_a_test_starts_hears_ctrl_c"
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", first]
    ignoring = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *pytest]
    done = subprocess.run(ignoring, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
