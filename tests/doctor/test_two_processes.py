"""Many files are read by two processes, which find what one finds."""

import os
from pathlib import Path

import pytest

from seedbed.doctor import examine as module
from seedbed.doctor.examine import examine
from seedbed.doctor.report.findings import Finding

LOOP = "for n in range(5):\n    m = net()\n    m.fit(x, y, epochs=3)\n    print(m.evaluate(a, b))\n"
MADE = "    m = keras.Sequential()\n    m.compile('adam', 'mse')\n"
NET = f"import keras\ndef net():\n{MADE}    return m\n"
UNUSED = "def train(m):\n    m.compile('adam', 'mse')\n    m.fit(x, y, epochs=2)\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Scripts that import each other, and functions that one calls and another defines."""
    (tmp_path / "nets.py").write_text(NET + UNUSED)
    for number in range(5):
        head = f"import keras\nfrom nets import net, train\nkeras.utils.set_random_seed({number})\n"
        (tmp_path / f"script_{number}.py").write_text(head + LOOP)
    (tmp_path / "calls.py").write_text("from nets import net, train\ntrain(net())\n")
    (tmp_path / "broken.py").write_text("from nets import net\nm = net(\n")
    (tmp_path / "calls_broken.py").write_text("from broken import m\nm.fit(x, y, epochs=2)\n")
    (tmp_path / "deep.py").write_text("x = " + "(" * 90 + "1" + ")" * 90 + "+1" * 3000 + "\n")
    return tmp_path


def found(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, least: int, fork: bool
) -> list[Finding]:
    monkeypatch.setattr(module, "FILES_FOR_TWO", least)
    monkeypatch.setattr(module, "can_fork", lambda: fork)
    report = examine([folder])
    assert [problem.path.name for problem in report.problems] == ["broken.py", "deep.py"]
    assert report.read == 8
    return report.findings


def test_two_processes_find_what_one_finds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = found(folder, monkeypatch, least=99, fork=True)
    assert {finding.code for finding in alone} >= {"SB102", "SB103"}
    assert found(folder, monkeypatch, least=2, fork=False) == alone
    assert found(folder, monkeypatch, least=2, fork=True) == alone


def test_what_a_killed_process_leaves_is_read_here(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = found(folder, monkeypatch, least=99, fork=True)
    here = os.getpid()
    follow = module._follow

    def killed(*given: object) -> object:
        if os.getpid() != here:
            os._exit(9)
        return follow(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "_follow", killed)
    assert found(folder, monkeypatch, least=2, fork=True) == alone
