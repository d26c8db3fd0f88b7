"""On a terminal every sentence ends its lines between words; elsewhere it is one line."""

import os
import pty
import subprocess
import sys

import pytest


def shown(words: list[str], width: int) -> tuple[list[str], list[str]]:
    """What a command prints on a terminal of a width, and what it prints to a pipe."""
    command = [sys.executable, "-m", "seedbed", *words]
    ours, theirs = pty.openpty()
    sizes = {"COLUMNS": str(width), "TERM": "xterm"}
    environment = {**os.environ, **sizes}
    text = ""
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        while True:
            try:
                part = os.read(ours, 10_000)
            except OSError:  # Linux: nobody writes any more
                break
            if not part:
                break
            text += part.decode()
        process.wait()
    os.close(ours)
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return text.replace("\r\n", "\n").splitlines(), done.stdout.splitlines()


@pytest.mark.parametrize("width", [60, 140])
def test_an_error_wraps_at_words(width: int) -> None:
    words = ["spread", "75.5", "75.9", "--test-sise", "100", "--level", "0.95"]
    lines, (piped,) = shown(words, width)
    assert " ".join(lines).split() == piped.split()
    assert max(map(len, lines)) <= width
    assert (len(lines) > 1) == (len(piped) > width)


def test_lines_of_an_answer_wrap_each_for_itself(store_path: object) -> None:
    del store_path
    lines, piped = shown(["check", "first"], 60)
    assert max(map(len, lines)) <= 60
    assert len(piped[0]) > 60
    begins = [line.split()[0] for line in piped]
    assert [line.split()[0] for line in lines if line.split()[0] in begins] == begins
    assert " ".join(lines).split() == " ".join(piped).split()
