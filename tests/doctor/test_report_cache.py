"""The cache: the same report as without it, and never an old one."""

import json
from pathlib import Path

import pytest

from seedbed.doctor import report_cache
from seedbed.doctor.examine import examine
from seedbed.doctor.report.json_sarif import as_json
from seedbed.doctor.report_cache import cache_folder, examine_or_recall
from seedbed.doctor.settings import Settings

CORPUS = Path(__file__).parent / "corpus" / "kinds"
SPLIT = "from sklearn.model_selection import train_test_split\na, b = train_test_split(x)\n"
SEEDED = SPLIT.replace("(x)", "(x, random_state=0)")


@pytest.fixture(name="script")
def _script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "train.py").write_text(SPLIT)
    return Path("train.py")


def codes(script: Path, settings: Settings | None = None) -> list[str]:
    return [f.code for f in examine_or_recall([script], settings or Settings()).findings]


@pytest.mark.usefixtures("script")
def test_a_report_is_recalled_as_it_was() -> None:
    fresh = as_json(examine([CORPUS]))
    assert as_json(examine_or_recall([CORPUS], Settings())) == fresh
    assert as_json(examine_or_recall([CORPUS], Settings())) == fresh
    assert len(list(cache_folder().iterdir())) == 1


def test_a_second_call_reads_what_was_kept(script: Path) -> None:
    codes(script)
    (kept,) = cache_folder().glob("*.json")
    kept.write_text(kept.read_text().replace("SB204", "SB205"))
    assert codes(script) == ["SB205"]


def test_a_changed_file_is_read_again(script: Path) -> None:
    assert codes(script) == ["SB204"]
    script.write_text(SEEDED)
    assert codes(script) == []


def test_other_settings_are_another_report(script: Path) -> None:
    assert codes(script) == ["SB204"]
    assert codes(script, Settings(ignore=("SB2",))) == []
    assert codes(script) == ["SB204"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"read": 1}', '{"findings": [{}]}', "\x00"])
def test_a_damaged_report_is_made_again(script: Path, text: str) -> None:
    codes(script)
    (kept,) = cache_folder().glob("*.json")
    kept.write_text(text)
    assert codes(script) == ["SB204"]
    assert json.loads(kept.read_text())["read"] == 1


def test_a_cache_that_cannot_be_written_is_done_without(
    script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(script.absolute()))
    assert codes(script) == ["SB204"]


def test_only_the_newest_reports_are_kept(script: Path) -> None:
    for number in range(report_cache.MOST_KEPT + 5):
        script.write_text(f"{SPLIT}z = {number}\n")
        codes(script)
    assert len(list(cache_folder().iterdir())) == report_cache.MOST_KEPT


def test_a_file_that_cannot_be_read_is_named_each_time(script: Path) -> None:
    (script.parent / "broken.py").write_text("def f(:\n")
    for _ in range(2):
        report = examine_or_recall([script, Path("broken.py")], Settings())
        assert [p.path.name for p in report.problems] == ["broken.py"]
        assert report.exit_code == 2
