"""The HTML page, its pictures and the files."""

import dataclasses
import html
import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from seedbed.analysis.findings.collect import collect
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.figures.drawing.style import WIDE, render
from seedbed.analysis.report.figures.gallery import pictures
from seedbed.analysis.report.html import LARGEST_PAGE, page
from seedbed.analysis.report.write import write_report
from seedbed.system.errors import InputError
from tests.analysis.fake_sweep import Fake, Truth

VOID = {"meta", "img", "br", "hr"}
SMALL = Fake(examples=300, seeds=(0, 1, 2))


@cache
def small() -> Findings:
    return collect(SMALL.build())


@cache
def small_page() -> str:
    return page(small())


class Structure(HTMLParser):
    """Elements and attributes; fails on tags that do not nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def parsed(text: str) -> Structure:
    structure = Structure()
    structure.feed(text)
    structure.close()
    assert not structure.open
    return structure


def test_a_verdict_on_sources_shows_what_answers_and_folds_the_rest() -> None:
    detail = tuple(f"Sentence {place}." for place in range(11))
    told = page(dataclasses.replace(small(), answer="sources", detail=detail))
    box = told[told.index('<section class="verdict') : told.index("<nav>")]
    shown, rest = box.split("<details>")
    assert "5 more sentences about these runs" in rest
    assert all(sentence in shown for sentence in detail[:6])
    assert all(sentence in rest for sentence in detail[6:])
    few = page(dataclasses.replace(small(), answer="sources", detail=detail[:7]))
    assert "more sentences about these runs" not in few


def test_the_page_stands_alone() -> None:
    text = small_page()
    found = parsed(text)
    assert len(text.encode()) < LARGEST_PAGE
    for tag, attributes in found.tags:
        assert tag not in {"link", "iframe", "object", "embed"}
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in {"src", "href", "xlink:href"}:
                assert value is not None
                assert value.startswith(("#", "data:image/png;base64,"))
    assert [attributes for tag, attributes in found.tags if tag == "script"] == [{}]
    assert "url(http" not in text
    assert "@import" not in text


def test_ids_are_unique_and_references_are_met() -> None:
    text = small_page()
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    wanted = set(re.findall(r'href="#([^"]+)"', text)) | set(re.findall(r"url\(#([^)]+)\)", text))
    assert wanted <= set(ids)


def test_names_are_text_not_markup() -> None:
    evil = Fake(
        configurations={
            '<script>alert("1")</script>': Truth(),
            "\"'><img src=x onerror=y>\n": Truth(),
        },
        option="<i>&amp;",
        name="</title><script>x</script>",
        question="{{ 7*7 }} <b>bold</b>",
        seeds=(0, 1, 2),
        examples=300,
        environments={("32", 0): {"commit": "<u>"}},
    )
    found = parsed(page(collect(evil.build())))
    tags = {tag for tag, _ in found.tags}
    assert not tags & {"img", "i", "u"}
    assert sum(tag == "script" for tag, _ in found.tags) == 1  # our own
    words = " ".join(found.words)
    assert "{{ 7*7 }} <b>bold</b>" in words
    assert "</title><script>x</script>" in words


@pytest.mark.parametrize(
    "fake",
    [
        Fake(configurations={"32": Truth()}, examples=300),
        Fake(seeds=(1,), examples=300),
        Fake(seeds=(1, 2), examples=300),
        Fake(states={(c, s): "failed" for c in ("32", "256") for s in range(5)}, examples=300),
        Fake(predictions=False, examples=300),
        Fake(identical=True, examples=300),
        Fake({f"{i}": Truth(0.05) for i in range(20)}, seeds=range(2), examples=300),
        Fake(configurations={"32": Truth(0.05, collapse=1)}, seeds=range(6), examples=300),
    ],
    ids=["one", "n1", "n2", "failed", "bare", "identical", "twenty", "collapse"],
)
def test_odd_sweeps_make_a_page(fake: Fake) -> None:
    found = collect(fake.build())
    text = page(found)
    words = " ".join(parsed(text).words)
    assert " ".join(found.headline.split()) in " ".join(words.split())
    assert len(text.encode()) < LARGEST_PAGE
    assert not re.search(r"\bnan\b|\bNone\b", words)


def test_runs_without_an_accuracy_make_no_table_of_accuracies() -> None:
    sweep = SMALL.build()
    bare = [dataclasses.replace(run, metrics={"headline": 3.0}) for run in sweep.runs]
    text = page(collect(dataclasses.replace(sweep, runs=tuple(bare))))
    assert "Test accuracy by configuration" not in text
    assert "Test accuracy by configuration" in small_page()


def test_pictures_are_well_formed_and_their_colours_follow_the_page() -> None:
    for picture in pictures(small()).values():
        drawn = render(picture)
        for text in (drawn.wide, drawn.narrow):
            ElementTree.fromstring(text)
            assert "var(--ink)" in text or "var(--muted)" in text
        assert drawn.png.startswith(b"\x89PNG\r\n\x1a\n")
        assert picture.caption


def test_the_pictures_that_a_plain_sweep_supports() -> None:
    found = pictures(small())
    assert {
        "runs",
        "differences",
        "spread_split",
        "seeds",
        "learning_curves",
        "confusion_matrices",
    } <= set(found)


def test_only_runs_whose_epoch_seedbed_chose_are_said_to_have_it_chosen() -> None:
    sweep = SMALL.build()
    chosen = dataclasses.replace(
        sweep,
        runs=tuple(
            dataclasses.replace(run, metrics={**run.metrics, "best_epoch": 3.0})
            for run in sweep.runs
        ),
    )
    curves = pictures(collect(sweep))["learning_curves"].caption
    assert "chosen" not in curves
    assert "test set" not in curves, "a script may validate on its test set"
    assert "as training gave them" in curves
    assert "the epoch is chosen" in pictures(collect(chosen))["learning_curves"].caption


def test_drawing_leaves_matplotlib_as_it_was() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    render(pictures(small())["runs"])
    assert dict(mpl.rcParams) == before


def test_dots_are_drawn_where_the_runs_are() -> None:
    from seedbed.analysis.report.figures.runs import draw_runs

    found = small()
    axes = draw_runs(found.arms, WIDE).axes[0]
    drawn = sorted(
        float(x)
        for line in axes.lines
        if line.get_marker() == "o" and line.get_markersize() == 5
        for x in np.asarray(line.get_xdata(), dtype=float)
    )
    runs = sorted(100 * dot.accuracy for arm in found.arms for dot in arm.dots)
    assert drawn == pytest.approx(runs)


def test_files(tmp_path: Path) -> None:
    files = write_report(SMALL.build(), tmp_path / "new" / "report")
    assert files.html.read_text(encoding="utf-8").startswith("<!doctype html>")
    whole = files.markdown.read_text(encoding="utf-8")
    assert files.description.strip() in whole
    linked = re.findall(r"\]\((\w+)\.png\)", whole)
    assert sorted(linked) == sorted(files.figures)
    headings = re.findall(r"<h2[^>]*>([^<]+)</h2>", files.html.read_text(encoding="utf-8"))
    assert headings
    assert re.findall(r"^## (.+)$", whole, re.M) == [html.unescape(h.strip()) for h in headings]
    data = json.loads(files.json.read_text(encoding="utf-8"))
    assert data["answer"] == files.findings.answer
    assert data["arms"][0]["spread"]["mean"].keys() == {
        "value", "low", "high", "n", "method", "level",
    }  # fmt: skip
    assert data["arms"][0]["spread"]["mean"]["value"] == pytest.approx(
        files.findings.arms[0].spread.mean.value  # type: ignore[union-attr]
    )
    assert set(files.figures) == set(pictures(files.findings))
    for file in (*files.figures.values(), *files.tables.values()):
        assert file.stat().st_size > 0


def test_equal_sweeps_give_equal_bytes(tmp_path: Path) -> None:
    once = dataclasses.replace(SMALL, configurations={"32": Truth()})
    first = write_report(once.build(), tmp_path / "a")
    second = write_report(once.build(), tmp_path / "b")
    assert first.html.read_bytes() == second.html.read_bytes()
    assert first.json.read_bytes() == second.json.read_bytes()
    assert first.figures["runs"].read_bytes() == second.figures["runs"].read_bytes()


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="needs a folder that can be written, got"):
        write_report(dataclasses.replace(SMALL, predictions=False).build(), tmp_path / "file")


def test_pictures_with_very_much_in_them_go_in_as_png(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seedbed.analysis.report.inline_picture.LARGEST_SVG", 2_000)
    text = page(collect(Fake({"32": Truth()}, predictions=False, examples=40, epochs=1).build()))
    tags = [attributes for tag, attributes in parsed(text).tags if tag == "img"]
    assert tags
    assert all((one["src"] or "").startswith("data:image/png;base64,") for one in tags)


def test_very_many_runs_stay_below_two_megabytes() -> None:
    many = Fake({"32": Truth()}, seeds=range(900), examples=40, predictions=False, epochs=1)
    text = page(collect(many.build()))
    assert len(text.encode()) < LARGEST_PAGE
    assert "The first 200 of 900 runs" in text


def test_a_sweep_without_runs_makes_a_page() -> None:
    empty = dataclasses.replace(SMALL.build(), runs=())
    found = collect(empty)
    assert found.headline == "No answer yet: none of the 6 cells has finished."
    assert "0 of 6 runs finished" in " ".join(parsed(page(found)).words)


def test_changed_files_are_named_where_the_commit_is() -> None:
    changed = {(c, s): {"dirty": "true"} for c in ("32", "256") for s in range(3)}
    fake = dataclasses.replace(SMALL, environments=changed, predictions=False)
    assert "Files were changed on top of this commit" in page(collect(fake.build()))
    clean = dataclasses.replace(SMALL, predictions=False)
    assert "Files were changed" not in page(collect(clean.build()))


def test_differing_settings_are_marked() -> None:
    other = {("32", 1): {"commit": "abc123"}}
    fake = dataclasses.replace(SMALL, environments=other, predictions=False)
    text = page(collect(fake.build()))
    marked = re.findall(r"<tr class=marked>(.*?)</tr>", text)
    differing = [row for row in marked if "differs" in row]
    assert len(differing) == 1
    assert "abc123 (1 run)" in differing[0]
