"""An error on a terminal ends its lines between words."""

import os
import pty
import subprocess
import sys

import pytest


@pytest.mark.parametrize("width", [60, 140])
def test_an_error_wraps_at_words_on_a_terminal(width: int) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "seedbed", "spread", "75.5", "75.9", "--test-sise", "100"]
    sizes = {"COLUMNS": str(width), "TERM": "xterm"}
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, **sizes},
        check=False,
    )
    os.close(theirs)
    text = os.read(ours, 10_000).decode().replace("\r\n", "\n")
    os.close(ours)
    piped = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    assert done.returncode == 2
    assert text.split() == piped.split()
    assert max(map(len, text.splitlines())) <= width
    assert len(piped.splitlines()) == 1
    assert (len(text.splitlines()) > 1) == (len(piped) > width + 1)
