"""What native code prints is held back, unless the block fails."""

import os

import pytest

from seedbed.system.processes.stderr_capture import stderr_held_back


def test_what_is_written_is_dropped_and_later_lines_are_not(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with stderr_held_back():
        os.write(2, b"I0000 a greeting\n")
    os.write(2, b"an error\n")
    assert capfd.readouterr().err == "an error\n"


def test_what_is_written_before_an_error_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    def load() -> None:
        os.write(2, b"F0000 the library is broken\n")
        raise ImportError("no such symbol")

    with pytest.raises(ImportError, match="no such symbol"), stderr_held_back():
        load()
    assert capfd.readouterr().err == "F0000 the library is broken\n"
