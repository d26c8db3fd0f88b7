"""Text as wide as the terminal: words stay whole, tables and commands stay as they are."""

import textwrap

import pytest
from hypothesis import given, strategies as st

from seedbed.system.text.terminal_lines import WRITTEN, fitted, link, wrapped

LONG = (
    "batch_size=32 scores 5.77 points higher than batch_size=256 on this test set. It is expected "
    "to hold on new data too."
)
TABLE = "                runs     mean   95 % interval    sd        next run"
COMMAND = "    seedbed why mnist_cnn --set epochs=5 --set batch_size=32 --set seed=1 --runs 9"


@pytest.mark.parametrize("width", [60, 80, 140])
def test_paragraphs_wrap_at_words(width: int) -> None:
    bullet = textwrap.fill(LONG, WRITTEN, initial_indent="- ", subsequent_indent="  ")
    text = f"{textwrap.fill(LONG, WRITTEN)}\n\n{bullet}\n{bullet}\n\n{TABLE}\n{COMMAND}\n"
    lines = fitted(text, width).split("\n")
    plain = textwrap.wrap(LONG, width)
    assert lines[: len(plain)] == plain
    hung = textwrap.wrap(LONG, width, initial_indent="- ", subsequent_indent="  ")
    assert lines[len(plain) + 1 : len(plain) + 1 + 2 * len(hung)] == 2 * hung
    assert lines[-3:] == [TABLE, COMMAND, ""]


def test_a_row_that_is_too_wide_goes_on_below() -> None:
    row = "init    93 % (81 to 100 %)  2.2 points  line 13  set_random_seed(7) before the model"
    assert fitted(row, 90) == row
    assert fitted(row, 60).split("\n") == [
        "init    93 % (81 to 100 %)  2.2 points  line 13",
        "    set_random_seed(7) before the model",
    ]
    assert fitted(row, 30).split("\n") == [
        "init    93 % (81 to 100 %)",
        "    2.2 points line 13",
        "    set_random_seed(7) before",
        "    the model",
    ]


def test_a_sentence_in_one_line_is_wrapped_too() -> None:
    assert fitted(LONG, 60).split("\n") == textwrap.wrap(LONG, 60)


@pytest.mark.parametrize("written", ["in one line", "wrapped at 80 columns"])
@pytest.mark.parametrize("width", range(20, 90))
def test_no_line_ends_between_a_number_and_its_sign(width: int, written: str) -> None:
    said = (
        "The next run will score between 73.87 % and 78.01 % with 95 % probability (p = 0.096, "
        "n = 5, p < 0.0001), by a t test with 95 % intervals, 41.28 to 100 %."
    )
    text = said if written == "in one line" else "\n".join(wrapped(said, WRITTEN))
    lines = fitted(text, width).split("\n")
    assert " ".join(lines) == said
    assert not [line for line in lines if line.startswith(("%", "=", "<"))]
    assert not [line for line in lines if line.endswith(("=", "<", " p", " n", "(p"))]


def test_lines_that_were_not_wrapped_stay_apart() -> None:
    text = "first: 3 of 4 done\n  running  seed=3  on host\nReport     /a/b\nMLflow UI  seedbed ui"
    assert fitted(text, 140) == text


@given(st.text(st.sampled_from("ab -\n."), max_size=300), st.integers(20, 200))
def test_no_word_is_lost(text: str, width: int) -> None:
    assert fitted(text, width).split() == text.split()


def test_without_a_terminal_a_link_is_its_text() -> None:
    assert link("report.html", "file:///report.html") == "report.html"
