"""Progress: silent where nobody watches or nothing takes long, else how far it is."""

import io
import sys

import pytest

from seedbed.cli.progress_line import Waiting


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with Waiting(patience_s=0) as waiting:
        waiting("runs read", 1, 3)
    assert stream.getvalue() == ""


def test_short(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with Waiting(patience_s=60) as waiting:
        waiting("runs read", 1, 3)
    assert stream.getvalue() == ""


def test_long(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with Waiting(patience_s=0) as waiting:
        waiting("runs read", 2, 3)
        waiting("files read", 5, 0)
    assert "runs read" in stream.getvalue()
    assert "2/3" in stream.getvalue()
    assert "5/?" in stream.getvalue()
