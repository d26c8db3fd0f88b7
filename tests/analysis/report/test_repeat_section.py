"""``How to repeat it`` names the code that was run: the user's own, or Seedbed's."""

import dataclasses
from pathlib import Path

from seedbed.analysis.findings.collect import collect
from seedbed.analysis.report.html import page
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.records import OwnFile, SweepRecord
from seedbed.tracking.store import Store
from tests.support.recorded import ENVIRONMENT, Made, record

SEEDBED = ENVIRONMENT["git_commit"]
FILE = {"name": "train.py", "sha256": "ab" * 32, "commit": "c0ffee" * 6, "changed": True}


def section(sweep: SweepRecord) -> str:
    """The text of that section."""
    return page(collect(sweep)).split('<h2 id="repeat">')[1].split("</section>")[0]


def recorded(store: Store, folder: Path, name: str, files: object) -> SweepRecord:
    made = [Made({"seed": seed, "script": "src/train.py"}, 0.9 - seed / 100) for seed in (0, 1)]
    record(store, folder / name, name, made, files=files)
    return read_sweep(name, store)


def test_of_a_script_its_digest_and_its_own_commit_are_named(store: Store, tmp_path: Path) -> None:
    sweep = recorded(store, tmp_path, "script", files=[FILE])
    assert sweep.files == (OwnFile("train.py", "ab" * 32, "c0ffee" * 6, changed=True),)
    text = section(sweep)
    assert f"train.py has the SHA-256 {'ab' * 32}, at commit c0ffeec0ffe" in text
    assert f"git checkout {'c0ffee' * 6}  # in the repository of your file\n" in text
    assert "Files were changed on top of this commit" in text
    assert SEEDBED not in text
    alone = dataclasses.replace(sweep, files=(OwnFile("train.py", "ab" * 32),))
    assert f"SHA-256 {'ab' * 32} and is in no git repository." in section(alone)
    assert "git checkout" not in section(alone)


def test_of_several_scripts_no_commit_is_checked_out_unless_all_have_it(
    store: Store, tmp_path: Path
) -> None:
    sweep = recorded(store, tmp_path, "two", files=[FILE, {**FILE, "name": "b.py", "commit": ""}])
    assert "git checkout" not in section(sweep)
    assert "b.py has the SHA-256" in section(sweep)


def test_an_older_or_forged_record_names_no_commit_of_seedbed_s(
    store: Store, tmp_path: Path
) -> None:
    for number, files in enumerate(([], "x", [3], [{"name": "a"}], [{**FILE, "commit": "a\nb"}])):
        text = section(recorded(store, tmp_path, f"old{number}", files=files))
        assert "git checkout" not in text
        assert "SHA-256" not in text


def test_of_seedbed_s_own_experiments_its_commit_is_named_if_it_is_known(
    store: Store, tmp_path: Path
) -> None:
    runs = [Made({"seed": seed}, 0.9 - seed / 100) for seed in (0, 1)]
    record(store, tmp_path / "own", "own", runs)
    assert f"git checkout {SEEDBED}\n" in section(read_sweep("own", store))
    installed = [
        dataclasses.replace(one, environment={"git_commit": "", "git_dirty": ""}) for one in runs
    ]
    record(store, tmp_path / "installed", "installed", installed)
    assert "git checkout" not in section(read_sweep("installed", store))
