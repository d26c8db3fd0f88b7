"""Scripts that do it right have no finding of the kind "is"; scripts as people write them do."""

from pathlib import Path

import pytest

from seedbed.doctor.examine import examine

CORPUS = Path(__file__).parent / "corpus"
CLEAN = sorted((CORPUS / "clean").glob("*.py"))

DIRTY = {
    "classic.py": {
        (9, "SB101"), (11, "SB107"), (21, "SB401"), (25, "SB403"), (27, "SB408"), (28, "SB406"),
        (30, "SB201"), (31, "SB201"), (31, "SB301"), (31, "SB409"),
    },
    "folds.py": {
        (10, "SB101"), (10, "SB106"), (12, "SB202"), (22, "SB407"), (23, "SB303"), (24, "SB302"),
    },
    "compare.py": {
        (10, "SB601"), (11, "SB202"), (12, "SB204"), (21, "SB402"), (29, "SB504"), (30, "SB502"),
        (32, "SB505"), (33, "SB504"), (34, "SB501"), (35, "SB501"),
    },
    "best_of_ten.py": {
        (6, "SB103"), (9, "SB207"), (16, "SB404"), (17, "SB104"), (18, "SB201"), (21, "SB305"),
        (22, "SB503"),
    },
}  # fmt: skip


def test_the_clean_corpus_is_as_large_as_promised() -> None:
    assert len(CLEAN) >= 15


@pytest.mark.parametrize("path", CLEAN, ids=lambda path: path.stem)
def test_clean_script_has_nothing_certain(path: Path) -> None:
    report = examine([path])
    assert [(f.line, f.code, f.message) for f in report.findings if f.certainty == "is"] == []
    assert report.problems == []


@pytest.mark.parametrize("name", sorted(DIRTY))
def test_dirty_script_has_exactly_these_certain_findings(name: str) -> None:
    report = examine([CORPUS / "dirty" / name])
    found = {(f.line, f.code) for f in report.findings if f.certainty == "is"}
    assert found == DIRTY[name]


def test_reading_everything_together_finds_the_same() -> None:
    together = examine([CORPUS])
    apart = [
        finding for path in sorted(CORPUS.rglob("*.py")) for finding in examine([path]).findings
    ]
    assert sorted(together.findings) == sorted(apart)
