"""One way to ask the doctor about a piece of text."""

from collections.abc import Callable
from pathlib import Path

import pytest

from seedbed.doctor.examine import examine
from seedbed.doctor.report.findings import Finding


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the doctor's cache out of the user's home."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


Ask = Callable[..., dict[str, str]]


@pytest.fixture
def findings(tmp_path: Path) -> Callable[..., list[Finding]]:
    """Findings of scripts, given by file name; the first is called script.py."""

    def ask(text: str, **others: str) -> list[Finding]:
        files = {"script": text, **others}
        for name, content in files.items():
            (tmp_path / f"{name}.py").write_text(content)
        report = examine([tmp_path / f"{name}.py" for name in files])
        assert report.problems == []
        return report.findings

    return ask


@pytest.fixture
def codes(findings: Callable[..., list[Finding]]) -> Ask:
    """The strongest certainty of each code that is found."""

    def ask(text: str, **others: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for finding in findings(text, **others):
            if found.get(finding.code) != "is":
                found[finding.code] = finding.certainty
        return found

    return ask
