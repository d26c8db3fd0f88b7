"""The report on paper: few pages, legible matrices, headings with what they head."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markupsafe import Markup
from selenium.webdriver import Chrome

from seedbed.analysis.findings.collect import collect
from seedbed.analysis.report.html import page
from seedbed.analysis.report.inline_picture import Inline
from tests.analysis.fake_sweep import Fake
from tests.support.ui import browser

MM = 96 / 25.4
"""Pixels of a browser in a millimetre."""
PRINTED = 180
"""Millimetres between the margins of A4."""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """The report of a sweep of two configurations and five seeds, laid out for print."""
    path: Path = tmp_path_factory.mktemp("printed") / "report.html"
    path.write_text(page(collect(Fake(examples=2000, seeds=(0, 1, 2, 3, 4)).build())))
    with browser(round(PRINTED * MM), 1000) as driver:
        driver.get(path.as_uri())
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        yield driver


def test_a_report_of_two_configurations_has_at_most_eight_pages(printed: Chrome) -> None:
    pdf = printed.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"]
    pages = re.findall(rb"/Type\s*/Page\b", base64.b64decode(pdf))
    assert 3 <= len(pages) <= 8


def test_confusion_matrices_fill_half_a_page(printed: Chrome) -> None:
    height = printed.execute_script(
        "return document.querySelector('#confusion_matrices .wide > *')"
        ".getBoundingClientRect().height"
    )
    assert 130 <= height / MM <= 150


@pytest.mark.parametrize(
    ("name", "size", "room"),
    [("runs", "518 143", ""), ("search", "518 446", "whole"), ("class_f1", "518 374", "tall")],
)
def test_a_high_picture_gets_more_room(name: str, size: str, room: str) -> None:
    svg = Markup('<svg viewBox="0 0 {}"></svg>').format(size)
    assert Inline(name, "", "", svg, svg).room == room
    image = Markup('<img src="">')
    assert Inline("confusion_matrices", "", "", image, image).room == "whole"


def test_headings_notes_and_terms_stay_with_what_follows(printed: Chrome) -> None:
    parted = printed.execute_script(
        "return [...document.querySelectorAll('h2, h2 ~ p')].filter(one =>"
        " one.nextElementSibling && getComputedStyle(one).breakAfter !== 'avoid')"
        ".map(one => one.innerText)"
    )
    assert not parted
    words = printed.execute_script(
        "const words = getComputedStyle(document.querySelector('dl'));"
        "return [words.columnCount, words.breakInside]"
    )
    assert words == ["2", "avoid"]
