"""The benchmark of whole commands measures what ends well, and passes on why one does not."""

import os
import sys

import pytest

from benchmarks.command_speed import CLICK, Case, measure, seconds


def test_a_command_is_measured_by_turns_with_its_yardstick() -> None:
    own, yardstick = measure(Case(("--version",), CLICK, 2.0), 1, dict(os.environ))
    assert own > 0
    assert yardstick > 0


def test_a_command_that_fails_ends_the_benchmark_with_its_own_words() -> None:
    command = [sys.executable, "-m", "seedbed", "compar"]
    with pytest.raises(SystemExit, match=r"compar ended with 2:\nError: No such verb 'compar'"):
        seconds(command, dict(os.environ))
