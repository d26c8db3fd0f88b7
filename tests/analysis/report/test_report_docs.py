"""The page on the report names every key of findings.json."""

import dataclasses
import re
from pathlib import Path

import pytest

from seedbed.analysis.findings import arm_findings, findings, night_series, run_findings
from seedbed.analysis.findings.search import search_findings
from seedbed.analysis.report.write import ONLY_DRAWN

PAGE = Path(__file__).parents[3] / "docs" / "report.md"
KINDS = [
    *(findings.Findings, findings.Setting),
    *(run_findings.Counts, run_findings.RunScore, run_findings.Lost),
    *(arm_findings.Arm, arm_findings.Disputed, arm_findings.Curve),
    arm_findings.PairwiseComparison,
    *(search_findings.Searched, search_findings.Tried),
    *(night_series.NightSeries, night_series.Night),
]


@pytest.mark.parametrize("kind", KINDS)
def test_keys_are_documented_in_order(kind: type) -> None:
    section = PAGE.read_text(encoding="utf-8").split(f"### {kind.__name__}\n")[1].split("###")[0]
    documented = re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)
    assert documented == [f.name for f in dataclasses.fields(kind) if f.name not in ONLY_DRAWN]
