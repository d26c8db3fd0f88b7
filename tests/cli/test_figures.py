"""``--figure`` and ``--latex``: an answer as a picture and as a table for a paper."""

import json
import re
from pathlib import Path

import pytest
from PIL import Image

from seedbed.analysis.report.figures.answer_numbers import draw_estimates
from seedbed.analysis.statistics.estimate import Estimate
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


@pytest.mark.parametrize("verb", [*ASK, "report", "why"])
def test_every_question_has_both(verb: str) -> None:
    text = run(verb, "--help").stdout
    assert "--figure FILE" in text
    assert "--latex" in text


def drawn(question: tuple[str, ...], folder: Path) -> str:
    """The words of a question's figure."""
    file = folder / "answer.svg"
    done = run(*question, "--figure", str(file))
    assert done.exit_code == 0, done.stderr
    return file.read_text()


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (("seeds", "--sd", "0.6", "--difference", "1"), "chance to find it (percent)"),
        (("seeds", "--sd", "0.6", "--half-width", "0.2"), "half-width, 95 %"),
        (("seeds", *THREE), "half-width, 95 % (points)"),
    ],
)
def test_a_plan_is_a_curve(tmp_path: Path, question: tuple[str, ...], words: str) -> None:
    assert words in drawn(question, tmp_path)


def test_confusion_is_its_matrices(tmp_path: Path) -> None:
    files = []
    for number in range(2):
        path = tmp_path / f"run{number}.csv"
        path.write_text(f"cat,dog\n{8 - number},2\n1,{9 + number}\n")
        files.append(str(path))
    text = drawn(("confusion", *files), tmp_path)
    assert "label given" in text
    assert "true class" in text
    assert ">cat<" in text


def test_values_far_apart_have_axes_of_their_own() -> None:
    rows = [
        (f"batch={batch}: {name}", Estimate(value, value - 0.001, value + 0.001, 5, "t"))
        for batch in (32, 64)
        for name, value in (("honest", 0.95), ("optimism", 0.002))
    ]
    panels = draw_estimates(rows, 3.5).axes
    assert [axes.get_xlabel() for axes in panels] == ["epoch chosen on other data", "optimism"]
    assert [axes.texts[0].get_text() for axes in panels] == ["batch=32", "batch=32"]
    alike = [(name, Estimate(0.5, 0.4, 0.6, 5, "t")) for name in ("init", "order")]
    assert len(draw_estimates(alike, 3.5).axes) == 1


def test_numbered_quantities_share_an_axis() -> None:
    rows = [("accuracy", Estimate(0.95, 0.94, 0.96, 5, "t"))]
    rows += [(f"Brier score of {n} runs", Estimate(0.06, 0.06, 0.06, 5, "t")) for n in range(1, 9)]
    first, second = draw_estimates(rows, 3.5).axes
    assert (first.get_xlabel(), second.get_xlabel()) == ("accuracy", "Brier score")
    assert second.texts[0].get_text() == "of 1 runs"


def test_an_answer_without_numbers_is_drawn_as_its_words(tmp_path: Path) -> None:
    assert "1 night is no more than a baseline" in drawn(("drift", "75.1"), tmp_path)


def test_a_figure_says_what_it_leaves_out() -> None:
    rows = [(f"recall of {number}", Estimate(0.5, 0.4, 0.6, 5, "t")) for number in range(30)]
    (axes,) = draw_estimates(rows, 7.2).axes
    assert axes.get_xlabel().endswith("(the first 24 of 30)")


def test_error_rates_are_drawn_in_percent_as_they_are_written() -> None:
    rates = [("a: far", 0.01, 0.0, 0.03), ("b: far", 0.0, None, None), ("a: hter", 0.02, 0.0, 0.04)]
    rows = [(name, Estimate(value, low, high, 6, "t")) for name, value, low, high in rates]
    (axes,) = draw_estimates(rows, 7.2).axes
    assert axes.get_xlabel() == "error rate (percent), with its interval"
    assert axes.get_xlim()[1] == pytest.approx(4, abs=0.5)
