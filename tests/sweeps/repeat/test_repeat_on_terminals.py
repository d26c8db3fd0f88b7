"""``repeat`` in a real terminal: what it says is wrapped at words."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

WIDTH = 60


@pytest.mark.long
def test_the_answer_about_a_script_ends_its_lines_at_words(
    store_path: Path, tmp_path: Path
) -> None:
    script = tmp_path / "toy.py"
    script.write_text("import random\nprint('accuracy:', 0.9 + random.random() / 50)\n")
    command = ["repeat", str(script), "--seeds", "3", "--workers", "1", "--no-report"]
    ours, theirs = pty.openpty()
    variables = {"COLUMNS": str(WIDTH), "SEEDBED_STORE": str(store_path), "TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-m", "seedbed", *command],
        env={**os.environ, **variables},
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    ) as running:
        os.close(theirs)
        said = b""
        try:
            while part := os.read(ours, 4096):
                said += part
        except OSError:  # the other end was closed: the command has ended
            pass
        os.close(ours)
    assert running.returncode == 0, said
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said.decode())
    answer = text[text.index("Runs of toy.py score") :].splitlines()
    told = [line for line in answer if not re.search(r"\S {2,}\S", line)]  # tables stay as they are
    assert max(map(len, told)) <= WIDTH, max(told, key=len)
