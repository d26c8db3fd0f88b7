"""On a terminal every sentence ends its lines between words; elsewhere it is one line."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from seedbed.system.text.printing import print_as_is, print_lines, print_text


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


def test_what_the_owner_of_a_service_reads_wraps_at_words(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    lines, again = shown(["service", "secrets", str(file)], 60)
    assert file.exists()
    assert " ".join(lines).endswith("readable by you alone; keep a copy with the backups.")
    assert max(len(line) for line in lines if str(file) not in line) <= 60
    assert len(again) == 1, "a pipe gets one line"


def test_an_empty_store_is_told_at_words(store_path: object) -> None:
    del store_path
    lines, piped = shown(["list"], 30)
    assert piped == ["There are no sweeps yet: seedbed sweep first runs one."]
    assert lines == ["There are no sweeps yet:", "seedbed sweep first runs one."]


def test_a_program_gets_what_it_reads_unwrapped(capsys: pytest.CaptureFixture[str]) -> None:
    long = "word " * 60
    print_as_is(long)
    print_text(f"\x1b[2J{long}")
    print_lines(f"a\n{long}", error=True)
    found = capsys.readouterr()
    assert found.out.splitlines() == [long, f"\\u001b[2J{long}"]
    assert found.err.splitlines() == ["a", long]
