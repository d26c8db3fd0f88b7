"""The report of a sweep whose every name is meant to do harm."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st
from markdown_it import MarkdownIt

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.why.next_command import next_step
from seedbed.analysis.findings.configurations import group_runs
from seedbed.analysis.questions.results.result import Result
from seedbed.analysis.report.publish import publish
from seedbed.analysis.report.tables import markdown
from seedbed.analysis.report.write import write_report
from seedbed.cli.ask.printing import Format, emit
from seedbed.system.errors import StoreError
from seedbed.system.paths import store_folder
from seedbed.tracking.reading.artifact_files import artifact, cache_key
from seedbed.tracking.records import Predictions
from seedbed.tracking.schema import SCORE
from seedbed.tracking.store import Store
from tests.analysis.fake_sweep import Fake, Truth
from tests.support.recorded import EXPERIMENT, Made, record

NASTY = (
    "<script>alert(1)</script>",
    "../../outside",
    "[red]a[/red] \x1b]0;owned\x07 \x9b2J",
    "a\nb | c `d` **e** [f](javascript:x)",
    "x" * 10_000,
    "$\\frac{",
)
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), min_size=1))
@example("<img src=x onerror=alert(1)>")
@example("[a](javascript:alert(1))")
@example("&lt;b&gt; &#60;")
@example("https://evil.example <https://evil.example> **b** `c` ~~d~~ | e")
def test_markdown_shows_any_name_as_it_is(name: str) -> None:
    page = PARSER.render(f"before {markdown(name)} after")
    assert html.unescape(re.sub(r"</?p>", "", page)).strip() == f"before {name} after"
    assert set(re.findall(r"<(\w+)", page)) == {"p"}


def test_a_report_stays_in_its_folder_and_shows_names_as_text(tmp_path: Path) -> None:
    fake = Fake(
        {NASTY[0]: Truth(), NASTY[2]: Truth(0.08), NASTY[4]: Truth(0.06)},
        option="note",
        examples=300,
        seeds=(0, 1, 2),
        name=NASTY[1],
        question=f"Is {' '.join(NASTY)} better?",
    ).build()
    sweep = replace(fake, classes=(*(name[:90] for name in NASTY), *"abcd"))
    folder = tmp_path / "store" / "report"
    files = write_report(sweep, folder)
    made = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert all(path.parent == Path("store/report") for path in made)
    assert all(re.fullmatch(r"[a-z0-9_-]+\.(html|md|json|png|csv)", path.name) for path in made)
    page = files.html.read_text()
    assert page.count("<script") == 1, "our own script alone"
    assert "javascript:x" not in re.sub(r">[^<]*<", "><", page)
    shown = PARSER.render(files.markdown.read_text())
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    for text in (files.text, files.description, page):
        assert not set(text) & {"\x1b", "\x9b", "\x07"}
    for path in made:
        if path.suffix != ".png":
            assert not set((tmp_path / path).read_text()) & {"\x1b", "\x9b", "\x07"}


@pytest.mark.parametrize(
    ("script", "command"),
    [
        ("train `v2`.py", "seedbed why 'train `v2`.py'"),
        ("a\n```\n<script>alert(1)</script>.py", None),
        ("\x1b]0;owned\x07.py", None),
    ],
)
def test_no_command_leaves_the_fence_that_markdown_shows_it_in(
    tmp_path: Path, script: str, command: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sweep = Fake({"32": Truth()}).build()
    options = {"folder": str(tmp_path), "script": script}
    run = replace(sweep.runs[0], options=options, environment={})
    (group,) = group_runs(replace(sweep, experiment="script", runs=(run,), varied=()), SCORE)
    step = next_step(replace(sweep, experiment="script"), group)
    assert (step and step.command) == command


def test_no_command_prints_a_control_character(capsys: pytest.CaptureFixture[str]) -> None:
    forms: tuple[Format, ...] = ("text", "json", "markdown", "csv")
    for form in forms:
        emit(Result(Answer((NASTY[2],), {"name": NASTY[2]}, ((NASTY[2], 1.0),))), form)
    assert not set(capsys.readouterr().out) & {"\x1b", "\x9b", "\x07"}


@pytest.fixture(scope="module")
def in_a_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_STORE", str(tmp_path_factory.mktemp("store")))
        yield


@settings(max_examples=200)
@pytest.mark.usefixtures("in_a_store")
@given(st.text(st.characters(), max_size=60))
@example("../../outside")
@example("..")
@example("/etc")
@example("")
@example("a\0b")
def test_no_name_leads_out_of_the_store(name: str) -> None:
    base = store_folder("reports")
    try:
        folder = store_folder("reports", name)
    except StoreError as error:
        said = str(error)
        assert said.isprintable()
        return
    assert folder.parent == base
    folder.rmdir()


def test_tags_that_are_paths_stay_in_the_cache_and_reports_in_their_folder(
    store: Store, store_path: Path, tmp_path: Path
) -> None:
    said = Predictions(
        example_ids=np.arange(4),
        labels=np.arange(4) % 2,
        probabilities=np.full((4, 2), 0.5, dtype=np.float16),
        probabilities_last=np.full((4, 2), 0.5, dtype=np.float16),
        labels_by_epoch=np.zeros((1, 4), dtype=np.uint8),
    )
    made = Made(
        {"seed": 0},
        predictions=said,
        classes=("a", "b"),
        cell="c",
        fingerprint="../../../../outside",
    )
    parent = record(store, tmp_path / "runs", "mine", [made])
    (run,) = store.runs("tags.kind = 'run'", [store.experiment_id(EXPERIMENT)])
    assert re.fullmatch(r"[0-9a-f]{64}", cache_key(run, store))
    assert artifact(run, "predictions.npz", store).exists()

    store.client.set_tag(parent, "sweep", "../../outside")
    with pytest.raises(StoreError, match="must have a name without slashes"):
        publish("../../outside", store)
    publish("../../outside", store, folder=tmp_path / "given")
    assert (tmp_path / "given" / "report.html").exists()
    assert not (store_path.parent / "outside").exists()
