"""The quick benchmark fails where a ratio gets worse by more than a fifth."""

import json
from pathlib import Path

import pytest

from benchmarks import quick


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


def test_every_ratio_is_recorded() -> None:
    assert json.loads(quick.RECORDED.read_text(encoding="utf-8")).keys() == quick.RATIOS.keys()
