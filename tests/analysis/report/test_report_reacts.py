"""The report reacts: runs have names and links, tables and figures answer."""

import base64
import dataclasses
import hashlib
import html
import re
from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from seedbed.analysis.findings.collect import collect
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.figures.drawing.run_marks import MOST_LINKED, RunMark, with_marks
from seedbed.analysis.report.figures.drawing.style import render, styled
from seedbed.analysis.report.figures.gallery import pictures
from seedbed.analysis.report.html import page
from seedbed.analysis.report.run_words import RunLinks
from seedbed.analysis.report.tables import Table
from seedbed.analysis.wording import with_minus
from tests.analysis.fake_sweep import Fake
from tests.support.accessible import faults

SMALL = Fake(examples=300, seeds=(0, 1, 2))
LINKS = RunLinks("http://127.0.0.1:5000", "7")


@cache
def found() -> Findings:
    return collect(SMALL.build())


@cache
def whole() -> str:
    return page(found(), links=LINKS)


def figure(name: str) -> str:
    """The desktop's drawing of one figure."""
    part = whole().split(f'<figure id="{name}"')[1].split("</figure>")[0]
    return part.split('<div class="narrow"')[0]


def test_each_dot_names_its_run_and_opens_it_in_mlflow() -> None:
    drawn = figure("runs")
    for arm in found().arms:
        for dot in arm.dots:
            words = f"seed {dot.seeds[0]} · {arm.label} · {100 * dot.accuracy:.2f} % · finished"
            link = f"http://127.0.0.1:5000/#/experiments/7/runs/{dot.run_id}?"
            mark = next(one for one in drawn.split("<a ") if dot.run_id in one)
            assert html.unescape(mark).startswith(
                f'class="run" data-seed="seed {dot.seeds[0]}" href="{link}'
            )
            assert f"<title>{words}</title>" in mark


def test_a_difference_names_both_runs_and_opens_them_side_by_side() -> None:
    (duel,) = found().duels
    drawn = html.unescape(figure("differences"))
    for a, b in found().pairs_of(duel):
        assert f"/#/compare-runs?runs=%5B%22{a.run_id}%22%2C%20%22{b.run_id}%22%5D" in drawn
    assert drawn.count("<title>seed ") == len(duel.seeds)


def test_a_seed_is_marked_in_every_figure_that_shows_runs() -> None:
    for name in ("runs", "differences", "learning_curves", "class_f1"):
        assert 'data-seed="seed 1"' in figure(name)


def test_curves_show_the_line_of_each_run() -> None:
    panels, arms, runs = 2, 2, 3
    assert figure("learning_curves").count("<title>seed ") == panels * arms * runs


def test_no_note_of_ours_is_left_in_the_page() -> None:
    assert "-runs:" not in whole()


def test_a_page_without_an_address_has_names_and_no_links() -> None:
    text = page(found())
    assert "<title>seed 1 · " in text
    assert "/#/" not in text


def test_links_into_a_local_store_wait_and_the_command_stands_there() -> None:
    waiting = RunLinks("http://127.0.0.1:5000", "7", opened_by="seedbed ui 'a b'")
    text = page(found(), links=waiting)
    assert "To open its runs in MLflow: <code>seedbed ui &#39;a b&#39;</code>" in text
    assert 'href="http' not in text
    assert text.count('data-to="http://127.0.0.1:5000') > 20
    assert "connect-src http://127.0.0.1:5000" in text
    assert "connect-src" not in whole()


def test_the_lowest_run_is_marked_in_the_figure_and_in_the_table() -> None:
    worst = found().worst
    assert worst is not None
    arm, dot = worst
    assert f"Triangle: the lowest run, seed {dot.seeds[0]}." in whole()
    rows = whole().split('<h2 id="runs-list">')[1].split("<tr")
    (row,) = [one for one in rows if ">lowest<" in one]
    assert row.startswith(" class=marked")
    assert f">{100 * dot.accuracy:.2f}<" in row
    assert arm.label in row


def test_only_our_script_may_run() -> None:
    script = re.findall(r"<script>(.*?)</script>", whole(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    assert len(script) == 1
    assert "default-src 'none'" in whole()
    assert f"script-src 'sha256-{digest}'" in whole()


def test_very_many_marks_are_lit_without_words_of_their_own() -> None:
    keys = [f"{number:032x}" for number in range(MOST_LINKED + 1)]
    dots = "".join('<use x="1"/>' for _ in keys)
    svg = f'<svg><g id="a-runs:{",".join(keys)}"><defs></defs><g>{dots}</g></g></svg>'
    text = with_marks(svg, {key: RunMark("seed 1", "words", "link") for key in keys})
    assert text.count('data-seed="seed 1"') == len(keys)
    assert "<title>" not in text


def test_confusion_matrices_stand_side_by_side_with_their_difference() -> None:
    drawn = pictures(found())
    with styled():
        axes = drawn["confusion_matrices"].draw(7.2).axes
    assert [one.get_title(loc="left") for one in axes[:3]] == [
        "batch_size=32  (n = 3)",
        "batch_size=256  (n = 3)",
        "first − second (points)",
    ]


def test_f1_of_all_configurations_is_in_one_figure() -> None:
    text = render(pictures(found())["class_f1"]).wide
    assert "batch_size=32" in text
    assert "batch_size=256" in text


def test_a_table_is_shown_without_empty_columns_and_rows() -> None:
    table = Table(
        "t", "c", ("a", "n", "note"), (("x", "1", ""), ("y", "–", "")), (0, 2), ("r", "s")
    )
    assert table.shown.head == ("a", "n")
    assert table.shown.rows == (("x", "1"),)
    assert table.shown.words == (0,)
    assert table.shown.runs == ("r",)
    assert table.csv().splitlines()[0] == "a,n,note"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("-0.15 to 0.57", "−0.15 to 0.57"),
        ("2026-11-29 and 1e-05", "2026-11-29 and 1e-05"),
        ("p-3 a -2", "p-3 a −2"),
    ],
)
def test_one_minus_sign(given: str, shown: str) -> None:
    assert with_minus(given) == shown


def test_the_environment_is_folded_and_says_whether_it_is_one() -> None:
    part = whole().split('<h2 id="environment">')[1].split("</section>")[0]
    assert "All runs that count had the same environment." in part
    assert part.index("<details>") < part.index("<table")


def test_the_command_stands_where_the_runs_cannot_tell_the_sources_apart() -> None:
    asked = dataclasses.replace(found(), why_command="seedbed why mnist_cnn --set batch_size=32")
    part = page(asked, {}).split('<h2 id="which-source">')[1].split("</section>")[0]
    assert "<code>seedbed why mnist_cnn --set batch_size=32</code>" in part
    assert 'id="which-source"' not in whole()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """The page in a browser."""
    from tests.support.ui import browser

    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(whole(), encoding="utf-8")
    with browser(1400, 900) as driver:
        driver.get(file.as_uri())
        yield driver


def mark(driver: Chrome, name: str) -> str:
    """Put the focus on the first mark of a figure; returns what the page tells of it."""
    driver.execute_script(
        "document.querySelector(arguments[0]).focus()", f"#{name} .wide .run[tabindex='0']"
    )
    return driver.find_element(By.ID, "tip").text


@pytest.mark.long
def test_the_page_in_a_browser(opened: Chrome) -> None:
    assert mark(opened, "runs").startswith("seed ")
    lit = opened.execute_script(
        "return [...document.querySelectorAll('figure')]"
        ".filter(f => f.querySelector('.lit')).map(f => f.id)"
    )
    assert lit == ["runs", "differences", "learning_curves", "class_f1"]
    first = mark(opened, "runs")
    opened.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    assert opened.find_element(By.ID, "tip").text not in ("", first)

    head = opened.find_elements(By.CSS_SELECTOR, "section:has(#runs-list) th button")[2]
    head.click()
    column = [
        float(cell.text)
        for cell in opened.find_elements(By.CSS_SELECTOR, "section:has(#runs-list) td:nth-child(3)")
    ]
    assert column == sorted(column)

    button = opened.find_element(By.CSS_SELECTOR, "#runs .zoom")
    button.click()
    wide = opened.execute_script("return document.querySelector('#runs svg').clientWidth")
    assert wide > 1000
    button.send_keys(Keys.ESCAPE)
    assert not opened.find_elements(By.CSS_SELECTOR, "figure.zoomed")
    news: list[dict[str, str]] = opened.get_log("browser")  # type: ignore[no-untyped-call]
    assert not [one for one in news if one["level"] == "SEVERE"]


@pytest.mark.long
def test_links_appear_while_the_ui_answers(opened: Chrome, tmp_path: Path) -> None:
    before = opened.current_url
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        root = f"http://127.0.0.1:{server.server_port}"
        waiting = RunLinks(root, "7", opened_by="seedbed ui first")
        file = tmp_path / "report.html"
        file.write_text(page(found(), links=waiting), encoding="utf-8")
        Thread(target=server.serve_forever, daemon=True).start()
        opened.get(file.as_uri())
        count = f"return document.querySelectorAll('[href^=\"{root}\"]').length"
        wait = WebDriverWait(opened, 30)
        wait.until(lambda driver: driver.execute_script(count) > 20)
        assert not opened.find_element(By.ID, "closed").is_displayed()
        server.shutdown()
    opened.execute_script("window.dispatchEvent(new Event('focus'))")
    wait.until(lambda driver: driver.execute_script(count) == 0)
    assert opened.find_element(By.ID, "closed").text.startswith("To open its runs in MLflow:")
    opened.get(before)


@pytest.mark.long
@pytest.mark.parametrize("width", [1400, 800, 390])
def test_nothing_is_wider_than_the_window(opened: Chrome, width: int) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    assert opened.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.long
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_report_serves_everybody(opened: Chrome, dark: bool) -> None:
    assert faults(opened, dark=dark) == []


@pytest.mark.long
def test_the_report_prints_on_few_pages(opened: Chrome) -> None:
    sheet = {"paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": True}
    printed = base64.b64decode(opened.execute_cdp_cmd("Page.printToPDF", sheet)["data"])
    pages = re.findall(rb"/Type\s*/Pages\b.*?/Count\s+(\d+)|/Count\s+(\d+)", printed)
    assert 1 <= max(int(a or b) for a, b in pages) <= 8
