"""``--figure`` and ``--latex``: an answer as a picture and as a table for a paper."""

import json
import re
from pathlib import Path

import pytest
from PIL import Image

from seedbed.cli.verbs import ASK
from tests.analysis.asking import refused, run

THREE = ("75.57", "75.85", "76.39")
QUESTIONS = (
    ("spread", *THREE),
    ("paper", *THREE, "--published", "74.5"),
    ("compare", "--a", *THREE, "--b", "74.1", "74.9", "75.0"),
    ("seeds", *THREE, "--half-width", "0.2"),
)


@pytest.mark.parametrize(("columns", "inches"), [("1", 3.5), ("2", 7.2)])
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q[0])
def test_a_figure_is_as_wide_as_its_columns(
    tmp_path: Path, question: tuple[str, ...], columns: str, inches: float
) -> None:
    file = tmp_path / "answer.png"
    done = run(*question, "--figure", str(file), "--columns", columns, "--format", "json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)
    assert done.stderr == f"Figure: {file}\n"
    with Image.open(file) as picture:
        assert picture.width == round(inches * 160)


def test_svg_and_pdf_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    for suffix, start in ((".svg", b"<?xml"), (".pdf", b"%PDF-")):
        contents = set()
        for folder in ("one", "two"):
            (tmp_path / folder).mkdir(exist_ok=True)
            file = tmp_path / folder / f"answer{suffix}"
            assert run("spread", *THREE, "--figure", str(file)).exit_code == 0
            contents.add(file.read_bytes())
        assert len(contents) == 1
        assert contents.pop().startswith(start)


def test_a_file_that_cannot_be_a_figure_is_refused_before_the_question(tmp_path: Path) -> None:
    said = refused("spread", "nowhere", "--figure", str(tmp_path / "x.gif"))
    assert "--figure must name a .png, .svg or .pdf file" in said
    said = refused("spread", "nowhere", "--figure", str(tmp_path / "none" / "x.pdf"))
    assert "--figure must lie in a folder that exists" in said


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q[0])
def test_latex_is_a_table(question: tuple[str, ...]) -> None:
    text = run(*question, "--latex").stdout
    assert text == run(*question, "--format", "latex").stdout
    rows = re.findall(r"^    (.*) \\\\$", text, re.MULTILINE)
    columns = re.search(r"\\begin\{tabular\}\{(\w+)\}", text)
    assert columns is not None
    assert {len(re.findall(r"(?<!\\)&", row)) + 1 for row in rows} == {len(columns[1])}


@pytest.mark.parametrize("verb", [*ASK, "report"])
def test_every_question_has_both(verb: str) -> None:
    text = run(verb, "--help").stdout
    assert "--figure FILE" in text
    assert "--latex" in text
