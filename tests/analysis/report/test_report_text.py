"""The report in words, in Markdown and in tables."""

import csv
import io

import pytest

from seedbed.analysis.findings.collect import collect
from seedbed.analysis.report.all_tables import all_tables
from seedbed.analysis.report.html import page
from seedbed.analysis.report.text import as_markdown, plain
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.wording import (
    apart,
    count,
    gathered,
    label,
    listed,
    numbered,
    one_line,
    p_value,
    percent,
    points,
    signed,
    span,
)
from tests.analysis.fake_sweep import Fake, Truth

ODD = {
    "two": Fake(),
    "one": Fake(configurations={"32": Truth()}),
    "single": Fake(seeds=(1,)),
    "pairs": Fake(seeds=(1, 2)),
    "failed": Fake(states={(c, s): "failed" for c in ("32", "256") for s in range(5)}),
    "bare": Fake(predictions=False),
    "identical": Fake(identical=True),
    "twenty": Fake({f"{i}": Truth(0.05) for i in range(20)}, seeds=range(3), examples=300),
    "wild": Fake({"<b>\n\x1b[31m": Truth(), "a|b`\"'" + "x" * 300: Truth(0.08)}, option="o" * 99),
}


def test_yes_and_no_are_written_as_sweep_files_write_them() -> None:
    assert label([("augment", False), ("batch_size", 32)]) == "augment=false batch_size=32"
    assert apart([("augment", False)], [("augment", True)]) == "augment=false − true"


def test_a_number_has_its_article() -> None:
    found = [numbered(number) for number in (80, 600, 811, 1100, 11_000, 18_000, 8_000, 180)]
    assert found == [
        *("an 80", "a 600", "an 811", "a 1,100", "an 11,000", "an 18,000", "an 8,000", "a 180"),
    ]


@pytest.mark.parametrize("name", ODD)
def test_text_fits_a_terminal_and_starts_with_the_answer(name: str) -> None:
    found = collect(ODD[name].build())
    text = plain(found)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert " ".join(text.split()).startswith(" ".join(found.headline.split()))
    assert "\x1b" not in text
    assert "nan" not in text


@pytest.mark.parametrize("columns", [60, 70, 80])
def test_the_table_fits_a_narrow_terminal(columns: int) -> None:
    found = collect(
        Fake({"a_long_option_of_32": Truth(0.2), "a_long_option_of_256": Truth(0.05)}).build()
    )
    blocks = plain(found, columns).split("\n\n")
    table = next(block for block in blocks if block.lstrip().startswith("runs ")).splitlines()
    assert max(map(len, table)) <= columns
    assert "95 % interval" in table[0]
    assert ("next run" in table[0]) == (columns >= 70)
    assert len({line.split("  ")[0] for line in table[1:]}) == 2


def test_warnings_stand_before_the_numbers() -> None:
    text = plain(collect(Fake(environments={("32", 1): {"commit": "abc123"}}).build()))
    assert text.index("different code versions") < text.index(" minus ")
    assert text.index("different code versions") < text.index("95 % interval")


def test_the_difference_is_the_winner_minus_the_other() -> None:
    text = plain(collect(Fake({"32": Truth(0.2), "256": Truth(0.05)}).build()))
    assert text.startswith("batch_size=256 scores 13.86 points higher than batch_size=32")
    assert "batch_size=256 minus batch_size=32: +13.86 points (95 % interval +12.96 to" in text
    assert "Expected to hold on new data too: +13.86 points (95 % interval +12.72 to" in text


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (percent(0.95924), "95.92 %"),
        (points(0.00214), "+0.21 points"),
        (points(-0.00214), "-0.21 points"),
        (signed(-0.00001), "0.00"),
        (p_value(0.00001), "p < 0.0001"),
        (p_value(0.0312), "p = 0.031"),
        (p_value(0.4), "p = 0.40"),
        (count(1, "run"), "1 run"),
        (count(12345, "run"), "12,345 runs"),
        (listed(["a"]), "a"),
        (listed(["a", "b", "c"]), "a, b and c"),
        (listed("abcdefgh", limit=3), "a, b and 6 more"),
        (one_line("a\nb\tc\x00d"), "a b c d"),
        (one_line("\u202eevil"), "evil"),
        (label([("lr", 0.001), ("batch", 32)]), "lr=0.001 batch=32"),
        (span(Estimate(0.9, 0.85, 0.95, 5, "")), "85.00 to 95.00"),
        (span(Estimate(0.9, None, None, 1, "")), "none"),
        (apart([("b", 32), ("lr", 1)], [("b", 256), ("lr", 1)]), "b=32 − 256, lr=1"),
        (apart([("b", 32), ("lr", 1)], [("b", 256), ("lr", 2)]), "b=32 lr=1 − b=256 lr=2"),
    ],
)
def test_numbers_and_names_are_written_so(written: str, expected: str) -> None:
    assert written == expected


def test_markdown_starts_with_the_verdict_and_holds_a_table() -> None:
    found = collect(Fake().build())
    text = as_markdown(found)
    assert text.startswith("**batch\\_size=32 scores ")
    assert " points higher than batch\\_size=256 on this test set." in text.splitlines()[0]
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 4
    assert len({line.count("|") for line in rows}) == 1


def test_markdown_marks_in_names_stay_text() -> None:
    text = as_markdown(collect(Fake(option="a|b", name="[x](y)<i>", seeds=(1, 2, 3)).build()))
    assert "<i>" not in text.replace("\\<i\\>", "")
    assert "[x](y)" not in text
    rows = [line.replace("\\|", "") for line in text.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in rows}) == 1


def test_csv_has_the_numbers_and_no_formula() -> None:
    tables = all_tables(collect(Fake(option="=cmd()").build()))
    rows = list(csv.reader(io.StringIO(tables["configurations"].csv())))
    assert rows[0][:3] == ["configuration", "runs", "mean (%)"]
    assert rows[1][0] == "'=cmd()=32"
    assert float(rows[1][2]) == pytest.approx(95.43)
    difference = list(csv.reader(io.StringIO(tables["differences"].csv())))[1]
    assert float(difference[2]) == pytest.approx(1.64)


def test_every_configuration_and_run_has_its_row() -> None:
    found = collect(Fake(states={("256", 3): "failed"}).build())
    tables = all_tables(found)
    assert [row[1] for row in tables["configurations"].rows] == ["5", "4 of 5"]
    assert len(tables["runs"].rows) == 9
    assert tables["runs_without_result"].rows == (
        (
            "batch_size=256",
            "batch_size=256 seed=3",
            "failed",
            "–",
            "the loss was not a number in epoch 3",
        ),
    )


def test_a_note_on_many_configurations_is_said_once() -> None:
    notes = [*((name, "two runs") for name in "abcd"), ("e", "no run"), ("f", "no run")]
    assert gathered(notes) == ["4 configurations: two runs", "e and f: no run"]
    arms = {str(size): Truth() for size in (8, 16, 32, 64)}
    text = page(collect(Fake(arms, seeds=(0, 1), examples=200, epochs=2).build()))
    assert text.count("with two runs the intervals are valid") == 1
    assert "<p>4 configurations: with two runs the intervals are valid" in text
