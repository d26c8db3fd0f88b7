"""Each rule has a page, and each page's examples do what the page says."""

import re
from pathlib import Path

import pytest

from seedbed.doctor.examine import examine
from seedbed.doctor.patch.rule_pages import page_of
from seedbed.doctor.report.findings import Finding
from seedbed.doctor.rules.registry import RULES

PAGES = Path(__file__).parents[2] / "docs" / "doctor"
SECTIONS = ["What it sees", "Why it matters", "Bad", "Good", "The patch", "What was measured"]


def example(code: str, section: str) -> str:
    page = page_of(code)
    match = re.search(rf"## {section}\n\n```python\n(.*?)```", page, re.DOTALL)
    assert match is not None, f"{code} has no example under {section}"
    return match[1]


def doctor(tmp_path: Path, text: str) -> list[Finding]:
    path = tmp_path / "script.py"
    path.write_text(text)
    report = examine([path])
    assert report.problems == []
    return report.findings


def test_pages_and_rules_are_the_same_set() -> None:
    assert {path.stem for path in PAGES.glob("SB*.md")} == set(RULES)


@pytest.mark.parametrize("code", sorted(RULES))
def test_the_written_page_is_that_of_the_rule(code: str) -> None:
    written = (PAGES / f"{code}.md").read_text()
    assert written == page_of(code), "run: python scripts/write_docs.py"


@pytest.mark.parametrize("code", sorted(RULES))
def test_page_has_its_heading_and_sections(code: str) -> None:
    page = page_of(code)
    assert page.startswith(f"# {code}: {RULES[code].name}\n\nFamily: {RULES[code].family}.")
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == SECTIONS


@pytest.mark.parametrize("code", sorted(RULES))
def test_bad_example_is_found(code: str, tmp_path: Path) -> None:
    found = doctor(tmp_path, example(code, "Bad"))
    assert code in {finding.code for finding in found}


@pytest.mark.parametrize("code", sorted(RULES))
def test_good_example_is_clean(code: str, tmp_path: Path) -> None:
    found = doctor(tmp_path, example(code, "Good"))
    assert code not in {finding.code for finding in found}
    assert [finding for finding in found if finding.certainty == "is"] == []


@pytest.mark.parametrize("code", sorted(RULES))
def test_fix_and_meaning_fit_a_terminal(code: str) -> None:
    rule = RULES[code]
    assert all(len(line) <= 74 for line in rule.fix), [x for x in rule.fix if len(x) > 74]
    assert rule.meaning.endswith(".")


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_page_has_a_number_with_its_n_or_says_why_not(code: str) -> None:
    measured = page_of(code).split("## What was measured")[1].strip()
    if measured.startswith("Not measured: "):
        assert "What would show it: " in measured
    elif not measured.startswith("Nothing to measure: "):
        assert "python -m benchmarks.doctor_effects" in measured
        assert re.search(r"\bn ?= ?\d|\d+ (runs|pairs|draws|splits|folds)", measured)


def test_every_number_on_a_page_can_be_measured_again() -> None:
    program = Path(__file__).parents[2] / "benchmarks" / "doctor_effects" / "__main__.py"
    table = program.read_text().split("EFFECTS")[1].split("}")[0]
    repeatable = set(re.findall(r"SB\d{3}", table))
    assert repeatable == {code for code in RULES if "benchmarks.doctor_effects" in page_of(code)}
