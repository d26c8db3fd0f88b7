"""Names from elsewhere do nothing in a spreadsheet or on a page."""

import csv

import pytest

from seedbed.analysis.answers.answer import Answer, to_csv, to_markdown
from seedbed.analysis.inert_text import markdown_text, spreadsheet_cell


@pytest.mark.parametrize(
    "text", ["=cmd()", "+cmd()", "-2+3+cmd()", "@sum(A1)", "\t=x", "\r=x", "  =x", "＝x", "+inf()"]
)
def test_a_formula_becomes_text(text: str) -> None:
    assert spreadsheet_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "-1.6", "+5.77", "-1e-05", "-0.3 to 0.5", "–", "7"])
def test_numbers_and_words_stay(text: str) -> None:
    assert spreadsheet_cell(text) == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("<script>x</script>", r"\<script>x\</script>"),
        ("![x](http://e)", r"![x\](http://e)"),
        ("[x][y]\n[y]: http://e", r"[x\][y] [y\]: http://e"),
        ("&lt;b&gt;", r"\&lt;b\&gt;"),
        ("`code`", "`code`"),
        ("p < 0.05 & [0.1, 0.2]; batch_size=32", "p < 0.05 & [0.1, 0.2]; batch_size=32"),
    ],
)
def test_marks_that_act_are_escaped(text: str, safe: str) -> None:
    assert markdown_text(text) == safe


def test_answers_about_hostile_names_are_inert() -> None:
    name = '=HYPERLINK("http://e")|<img src=x onerror=y>\n# head'
    answer = Answer((f"{name} wins.",), {}, ((name, 1.0),))
    _, (cell, value, *_) = csv.reader(to_csv(answer).splitlines(keepends=True))
    assert (cell[0], value) == ("'", "1")
    text = to_markdown(answer)
    assert "<img" not in text.replace("\\<img", "")
    assert len(text.splitlines()) == 5
