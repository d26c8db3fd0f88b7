"""The report reacts in Firefox as it does in Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from seedbed.analysis.findings.collect import collect
from seedbed.analysis.report.html import page
from seedbed.analysis.report.run_words import RunLinks
from tests.analysis.fake_sweep import Fake
from tests.support.firefox import NEEDS_FIREFOX, Firefox, firefox

ARROW_RIGHT = "\ue014"
pytestmark = [NEEDS_FIREFOX, pytest.mark.long]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    findings = collect(Fake(examples=300, seeds=(0, 1, 2)).build())
    file: Path = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(page(findings, links=RunLinks("http://127.0.0.1:5000", "7")), encoding="utf-8")
    return file.as_uri()


@pytest.fixture(scope="module")
def window() -> Iterator[Firefox]:
    with firefox() as opened:
        yield opened


def test_a_dot_names_its_run_and_lights_its_seed(report: str, window: Firefox) -> None:
    window.open(report)
    dot = "document.querySelector('#runs .wide svg .run')"
    window.run(f"{dot}.scrollIntoView({{block: 'center'}})")
    place = window.run(f"{dot}.querySelector('use').getBoundingClientRect()")
    window.point(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    words = window.run("document.getElementById('tip').textContent")
    assert words.startswith("seed ")
    lit = window.run("[...document.querySelectorAll('.lit')].map(one => one.dataset.seed)")
    assert set(lit) == {words.split(" · ")[0]}
    assert len(lit) > 4
    assert window.errors == []


def test_arrows_go_from_dot_to_dot(report: str, window: Firefox) -> None:
    window.open(report)
    window.run("document.querySelector('#runs .wide svg .run').focus()")
    first = window.run("document.activeElement.dataset.words")
    window.press(ARROW_RIGHT)
    second = window.run("document.activeElement.dataset.words")
    assert first.startswith("seed ")
    assert second.startswith("seed ")
    assert first != second


def test_tables_sort_and_figures_zoom(report: str, window: Firefox) -> None:
    window.open(report)
    table = "[...document.querySelectorAll('table')].find(t => t.innerText.includes('fingerprint'))"
    window.run(f"{table}.querySelectorAll('th button')[2].click()")
    column = window.run(f"[...{table}.tBodies[0].rows].map(row => +row.cells[2].textContent)")
    assert column == sorted(column)
    window.run("document.querySelector('.zoom').click()")
    wide = "document.querySelector('figure.zoomed').getBoundingClientRect().width"
    assert window.run(f"{wide} >= document.documentElement.clientWidth")
    assert window.errors == []


@pytest.mark.parametrize("width", [1400, 800, 390])
def test_nothing_leaves_the_window(report: str, window: Firefox, width: int) -> None:
    window.open(report, width)
    assert window.run("document.documentElement.scrollWidth") <= width
    widths = "[...document.querySelectorAll('figure svg')].map(one => one.clientWidth)"
    shown = [found for found in window.run(widths) if found > 100]
    assert len(shown) >= 8
    assert window.errors == []
