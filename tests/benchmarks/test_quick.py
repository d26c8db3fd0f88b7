"""The quick benchmark fails where a ratio gets worse by more than a fifth."""

import ast
import importlib
import json
import tempfile
from pathlib import Path

import pytest

from benchmarks import quick
from benchmarks.command_speed import case_of


@pytest.mark.parametrize(("ratio", "says"), [(1.0, "ok"), (2.4, "ok"), (2.5, "WORSE")])
def test_a_ratio_may_grow_by_a_fifth(
    ratio: float,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    recorded = tmp_path / "quick.json"
    recorded.write_text(json.dumps({"one / other": 2.0}))
    monkeypatch.setattr(quick, "RECORDED", recorded)
    monkeypatch.setattr(quick, "RATIOS", {"one / other": f"ratio = {ratio}"})
    assert quick.main([]) == int(says == "WORSE")
    assert capsys.readouterr().out.startswith(says)
    assert quick.main(["--record"]) == 0
    assert json.loads(recorded.read_text()) == {"one / other": ratio}


def test_one_that_seems_worse_is_measured_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded, seen = tmp_path / "quick.json", tmp_path / "seen"
    recorded.write_text(json.dumps({"one / other": 2.0}))
    monkeypatch.setattr(quick, "RECORDED", recorded)
    code = f"seen = Path({str(seen)!r}); ratio = 2.1 if seen.exists() else 9.0; seen.touch()"
    monkeypatch.setattr(quick, "RATIOS", {"one / other": code})
    assert quick.main([]) == 0
    assert capsys.readouterr().out.split()[:2] == ["ok", "2.100"]


def test_every_ratio_is_recorded() -> None:
    assert json.loads(quick.RECORDED.read_text(encoding="utf-8")).keys() == quick.RATIOS.keys()


def test_a_measurement_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code = "Path(folder, 'left').touch(); ratio = float(os.path.isdir(folder))"
    monkeypatch.setattr(quick, "RATIOS", {"one": code, "two": "1 / 0"})
    assert quick.measure("one") == 1.0
    with pytest.raises(SystemExit, match="ZeroDivisionError"):
        quick.measure("two")
    assert list(tmp_path.iterdir()) == []


def test_every_ratio_names_what_its_benchmarks_have() -> None:
    for code in quick.RATIOS.values():
        for line in ast.walk(ast.parse(code)):
            if isinstance(line, ast.ImportFrom):
                module = importlib.import_module(str(line.module))
                assert all(hasattr(module, name.name) for name in line.names), code
    assert case_of("check", "first").words == ("check", "first")
