"""The benchmark of whole commands measures what ends well, and passes on why one does not."""

import os
import sys

import pytest

from benchmarks import command_speed
from benchmarks.command_speed import CLICK, Case, case_of, measure, seconds


def test_a_command_is_measured_by_turns_with_its_yardstick() -> None:
    own, yardstick = measure(Case(("--version",), CLICK, 2.0), 1, dict(os.environ))
    assert own > 0
    assert yardstick > 0


def test_a_command_that_fails_ends_the_benchmark_with_its_own_words() -> None:
    command = [sys.executable, "-m", "seedbed", "compar"]
    with pytest.raises(SystemExit, match=r"compar ended with 2:\nError: No such verb 'compar'"):
        seconds(command, dict(os.environ))


def test_a_measured_process_may_keep_bytecode_and_the_first_pair_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[dict[str, str]] = []

    def timed(command: list[str], environment: dict[str, str]) -> float:
        seen.append(environment)
        return 9.0 if len(seen) <= 2 else 2.0 if "seedbed" in command else 1.0

    monkeypatch.setattr(command_speed, "seconds", timed)
    given = {"PYTHONDONTWRITEBYTECODE": "1", "NAME": "value"}
    assert measure(case_of("--help"), 3, given) == (2.0, 1.0)
    assert len(seen) == 8
    assert all(environment == {"NAME": "value"} for environment in seen)
