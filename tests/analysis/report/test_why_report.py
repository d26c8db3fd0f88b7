"""Report, page, notes and ``sources`` of a sweep that ``why`` made say what ``why`` said."""

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from seedbed.analysis.findings.counts_and_warnings import loss_warnings
from seedbed.analysis.findings.run_findings import Counts
from seedbed.cli.main import main
from seedbed.system.paths import store_folder
from seedbed.tracking.schema import TAG_HEADLINE, TAG_VERDICT
from seedbed.tracking.store import Store

ALIKE = """
import random
import numpy as np
order = np.random.permutation(1000)
noise = random.random()
print("test accuracy:", 0.5 + 0.1 * order[0] / 1000 + 0.1 * noise)
"""
"""Two sources that make as much of the variance each, so none stands out in a few runs."""


def call(*words: str) -> Any:
    return CliRunner().invoke(main, [*words], prog_name="seedbed")


@pytest.mark.long
@pytest.mark.parametrize(
    ("text", "lead", "sources"),
    [
        (ALIKE, "Too few runs to tell", {"split", "line 5"}),
        ("print('test accuracy: 0.25')\n", "Nothing varies", set()),
    ],
)
def test_report_of_why_says_what_why_said(
    store_path: Path,  # noqa: ARG001 (sets the environment)
    tmp_path: Path,
    text: str,
    lead: str,
    sources: set[str],
) -> None:
    script = tmp_path / "train.py"
    script.write_text(text)
    asked = call("why", str(script), "--runs", "12", "--name", "asked")
    assert asked.exit_code == 0, asked.output
    said = next(part for part in asked.stdout.split("\n\n") if part.strip().startswith(lead))
    sentences = said.strip().splitlines()
    (parent,) = Store().runs("tags.kind = 'sweep' AND tags.sweep = 'asked'")
    assert parent.data.tags[TAG_HEADLINE] == sentences[0], "noted before any report"
    assert parent.data.tags[TAG_VERDICT] == "sources"

    report = call("report", "asked")
    assert report.exit_code == 0, report.output
    folder = store_folder("reports", "asked")
    found = json.loads((folder / "findings.json").read_text())
    assert [found["headline"], *found["detail"]][: len(sentences)] == sentences
    assert found["answer"] == "sources"
    assert found["question"] == "Why do the numbers of train.py vary?"
    assert {row[0] for row in found["why_table"][1:]} == sources
    page = html.unescape(re.sub(r"<[^>]+>", "", (folder / "report.html").read_text()))
    printed = re.sub(r"\n- ", "\n", report.stdout)
    shown = [plain(printed), plain(page), plain((folder / "report.md").read_text())]
    for one in shown:
        assert "all seeds change together" not in one
        assert "repeated an earlier run" not in one
    for one in shown[:2]:
        assert all(sentence in one for sentence in sentences)
        assert all(cell in one for row in found["why_table"] for cell in row)
    of_sources = call("sources", "asked")
    assert of_sources.stdout.strip().splitlines()[: len(sentences)] == sentences


def plain(text: str) -> str:
    """The words, one space between them."""
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def test_repeats_beyond_those_of_the_plan_are_still_warned_of() -> None:
    tally = Counts(
        planned=4,
        finished=4,
        failed=0,
        stopped=0,
        killed=0,
        running=0,
        missing=0,
        repeats=2,
        unscored=0,
        pruned=0,
    )
    (warned,) = loss_warnings(tally, planned_repeats=1)
    assert warned.startswith("1 run repeated an earlier run bit for bit")
    assert loss_warnings(tally, planned_repeats=2) == []
