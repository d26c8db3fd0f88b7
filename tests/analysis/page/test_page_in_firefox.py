"""The page's main paths in Firefox, in both themes and three widths."""

from pathlib import Path

import pytest

from seedbed.tracking.store import Store
from tests.support.firefox import NEEDS_FIREFOX, Firefox, firefox
from tests.support.page_server import served_page
from tests.support.recorded import Made, record
from tests.support.ui import child

pytestmark = [NEEDS_FIREFOX, pytest.mark.long]
SCORES = {32: (0.95, 0.96, 0.94), 256: (0.90, 0.91, 0.89)}
PAPER = {False: "rgb(255, 255, 255)", True: "rgb(21, 24, 27)"}


@pytest.mark.parametrize("dark", [False, True])
def test_from_the_first_page_to_a_comparison(store: Store, tmp_path: Path, dark: bool) -> None:
    runs = [
        Made({"batch_size": size, "seed": seed}, score)
        for size, scores in SCORES.items()
        for seed, score in enumerate(scores)
    ]
    run_id = record(store, tmp_path, "first", runs, varied=["batch_size"])
    with served_page(store.uri, tmp_path, tmp_path / "store") as served, firefox(dark) as window:
        window.open(f"{served.url}/sweeps/?verdict=different")
        window.until("document.body.innerText.includes('No sweep fits.')")
        for path, words in (("/", "Last verdicts"), ("/sweeps/", "Shown: 1 of 1.")):
            _fits(window, served.url + path, words, dark)
        window.run("document.querySelector('tbody a').click()")
        window.until("document.querySelectorAll('td.score').length == 6")
        _fits(window, window.run("location.href"), "Learning curves", dark)
        going = child(store, run_id, 9, "running")
        store.client.log_metric(going, "val_accuracy", 0.5, step=1)
        window.until("document.querySelector('td.running') != null")
        assert window.run("document.querySelector('#grid button').disabled")
        window.run("document.querySelectorAll('#grid input').forEach(box => box.click())")
        window.run("document.querySelector('#grid button').click()")
        window.until("document.querySelectorAll('#compare article').length == 1")
        _fits(window, window.run("location.href"), "+5.00 points", dark)
        assert window.errors == []


def _fits(window: Firefox, url: str, words: str, dark: bool) -> None:
    """A page says something, in the colours asked for, and leaves no window."""
    for width in (1400, 800, 390):
        window.open(url, width)
        window.until(f"document.body.innerText.includes({words!r})")
        assert window.run("getComputedStyle(document.body).backgroundColor") == PAPER[dark]
        assert window.run("document.documentElement.scrollWidth") <= width
