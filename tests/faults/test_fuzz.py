"""Random input ends no parser in a traceback; ``make test-fuzz`` tries 100,000."""

from pathlib import Path

import pytest

from tests.faults import fuzz


def test_random_input_is_read_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEEDBED_STORE", str(tmp_path / "store"))
    assert fuzz.main(180, 3, tmp_path / "found") == 0, capsys.readouterr().out
