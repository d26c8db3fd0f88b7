"""Names of any length stay inside the pictures and apart in the tables."""

import re
from functools import cache

import pytest
from matplotlib.text import Text

from seedbed.analysis.findings.collect import collect
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.figures.drawing.fitting import fitting, inches_of, legend_columns
from seedbed.analysis.report.figures.drawing.style import NARROW, WIDE, styled
from seedbed.analysis.report.figures.gallery import pictures
from seedbed.analysis.report.html import page
from seedbed.analysis.report.text import plain
from tests.analysis.fake_sweep import Fake, Truth

LONG = "optimizer_and_schedule_of_it"
SHORTEST = 7
"""Letters of a name; a tick outside of its axis is shorter, and is not drawn."""


@cache
def named(configurations: int, option: str = LONG) -> Findings:
    values = [f"{word} with momentum and decay" for word in ("adam", "sgd", "lion", "ftrl")]
    truths = {value: Truth(0.05 + 0.01 * at) for at, value in enumerate(values[:configurations])}
    fake = Fake(configurations=truths, option=option, seeds=(0, 1, 2), examples=300)
    return collect(fake.build())


@pytest.mark.parametrize("width", [WIDE, NARROW, 3.5])
@pytest.mark.parametrize("configurations", [2, 4])
def test_no_name_leaves_its_picture(configurations: int, width: float) -> None:
    outside = []
    for name, picture in pictures(named(configurations)).items():
        with styled():
            figure = picture.draw(width)
            figure.draw_without_rendering()
            for text in figure.findobj(Text):
                assert isinstance(text, Text)
                if text.get_visible() and len(text.get_text()) >= SHORTEST:
                    box = text.get_window_extent()
                    if box.x0 < -2 or box.x1 > figure.bbox.x1 + 2:
                        outside.append((name, text.get_text()))
    assert not outside


def test_a_text_is_cut_by_its_width_and_short_ones_are_left() -> None:
    assert fitting("batch_size=32", 2.0) == "batch_size=32"
    wide, slim = fitting("W" * 60, 2.0), fitting("i" * 60, 2.0)
    assert len(wide) < len(slim)
    assert inches_of(wide) <= 2.0
    assert wide.endswith("W…")


def test_a_legend_stands_in_as_many_columns_as_fit() -> None:
    assert legend_columns(["batch_size=32", "batch_size=256"], WIDE) == 2
    assert legend_columns(["x" * 60, "y"], WIDE) == 1


def test_names_that_begin_alike_stay_apart_in_the_terminal() -> None:
    table = plain(named(4)).split("next run\n")[1].splitlines()[:4]
    assert len({line.split("  ")[0] for line in table}) == 4
    assert table[0].startswith("…adam with")
    assert max(map(len, table)) <= 80


def test_one_run_has_no_empty_columns() -> None:
    one = collect(Fake(configurations={"32": Truth()}, seeds=(7,), examples=300).build())
    assert re.search(r"^ +runs +mean\nbatch_size=32 +1 +9\d", plain(one), re.MULTILINE)
    for table in re.findall(r"<table>.*?</table>", page(one), re.DOTALL):
        rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in table.split("<tr")[2:]]
        for column in zip(*rows, strict=True):
            assert set(column) != {"–"}, table
