"""Scripts that do it right have no certain finding; a script that does not says what is found.

In a corpus file, ``# expect: SB103`` at the end of a line stands for a certain finding there, and
``# perhaps: SB103`` for one of the kind "may be". In ``dirty`` every certain finding is named; in
``kinds`` every finding of either kind is, and a file without such a comment has none.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from seedbed.doctor.examine import examine

CORPUS = Path(__file__).parent / "corpus"
CLEAN = sorted((CORPUS / "clean").glob("*.py"))
DIRTY = sorted((CORPUS / "dirty").glob("*.py"))
KINDS = sorted([*(CORPUS / "kinds").rglob("*.py"), *(CORPUS / "kinds").rglob("*.ipynb")])
Found = set[tuple[int, int, str]]
"""Cell (0 in a script), line and code."""


def sources(path: Path) -> Iterator[tuple[int, str]]:
    """The text of a script as cell 0, or the code cells of a notebook from 1."""
    if path.suffix == ".py":
        yield 0, path.read_text()
        return
    cells = [c for c in json.loads(path.read_text())["cells"] if c["cell_type"] == "code"]
    for number, cell in enumerate(cells, 1):
        yield number, "".join(cell["source"])


def expected(path: Path, word: str) -> Found:
    """What the comments of a file announce."""
    return {
        (cell, number, code)
        for cell, text in sources(path)
        for number, line in enumerate(text.splitlines(), 1)
        for match in re.finditer(rf"# {word}: ([SB0-9, ]+)", line)
        for code in match[1].replace(",", " ").split()
    }


def found(path: Path, certainty: str) -> Found:
    """What the doctor finds in a file."""
    report = examine([path])
    assert report.problems == []
    return {(f.cell, f.line, f.code) for f in report.findings if f.certainty == certainty}


def test_the_clean_corpus_is_as_large_as_promised() -> None:
    assert len(CLEAN) >= 15


@pytest.mark.parametrize("path", CLEAN, ids=lambda path: path.stem)
def test_clean_script_has_nothing_certain(path: Path) -> None:
    assert found(path, "is") == set()


@pytest.mark.parametrize("path", DIRTY, ids=lambda path: path.stem)
def test_dirty_script_has_exactly_these_certain_findings(path: Path) -> None:
    assert expected(path, "expect")
    assert found(path, "is") == expected(path, "expect")


@pytest.mark.parametrize("path", KINDS, ids=lambda path: path.stem)
def test_script_of_one_kind_has_exactly_the_findings_it_names(path: Path) -> None:
    assert found(path, "is") == expected(path, "expect")
    assert found(path, "may be") == expected(path, "perhaps")


def test_reading_everything_together_finds_the_same() -> None:
    together = examine([CORPUS])
    apart = [
        finding
        for path in sorted([*CORPUS.rglob("*.py"), *CORPUS.rglob("*.ipynb")])
        for finding in examine([path]).findings
    ]
    assert sorted(together.findings) == sorted(apart)
