"""A sweep records which file of the user's it runs, with its digest and commit."""

import hashlib
import json
from pathlib import Path

import pytest

from seedbed.sweeps.design.design import Design
from seedbed.sweeps.design.inline_sweep import InlineSweep, design_of_inline
from seedbed.sweeps.driver import own_files
from seedbed.sweeps.driver.own_files import with_own_files
from seedbed.sweeps.repeat.script_design import RepeatRequest, design_of
from seedbed.tracking.store import Store
from seedbed.tracking.writing.parent_run import ParentRun


def a_script(folder: Path) -> tuple[Path, Design]:
    """A script, and the design that repeats it three times."""
    script = folder / "train.py"
    script.write_text("print('accuracy: 0.5')\n")
    return script, design_of(RepeatRequest((script,), ((),), 3))


def test_a_script_is_recorded_with_its_digest(
    store_path: Path,  # noqa: ARG001 (sets the environment)
    tmp_path: Path,
) -> None:
    script, design = a_script(tmp_path)
    whole = with_own_files(design)
    digest = hashlib.sha256(script.read_bytes()).hexdigest()
    only = {"name": "train.py", "sha256": digest, "commit": "", "changed": False}
    assert whole["files"] == [only]
    assert {key: value for key, value in whole.items() if key != "files"} == design.described()


def test_a_large_design_gives_up_its_grid_for_them(
    store_path: Path,  # noqa: ARG001 (sets the environment)
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, design = a_script(tmp_path)
    whole = with_own_files(design)
    assert {"grid", "files"} <= whole.keys()
    monkeypatch.setattr(own_files, "DESIGN_MAX", len(json.dumps(whole)) - 1)
    assert with_own_files(design) == {key: whole[key] for key in whole if key != "grid"}
    monkeypatch.setattr(own_files, "DESIGN_MAX", 10)
    assert with_own_files(design) == design.described()


def test_a_built_in_experiment_has_none(
    store_path: Path,  # noqa: ARG001 (sets the environment)
) -> None:
    design = design_of_inline(InlineSweep("mnist_cnn", {}, {}, seeds=2))
    assert "files" not in with_own_files(design)


def test_a_script_that_was_moved_meanwhile_stops_nothing(
    store_path: Path,  # noqa: ARG001 (sets the environment)
    tmp_path: Path,
) -> None:
    script, design = a_script(tmp_path)
    script.unlink()
    assert with_own_files(design) == design.described()


def test_what_was_described_stays_when_the_plan_is_corrected(store: Store) -> None:
    parent = ParentRun.start(store, "script", "hunt", "ledger")
    parent.replan({"question": "Why?"}, 7)
    parent.describe_design({"question": "Why?", "planned": 9, "files": [{"name": "a"}]}, "")
    parent.replan({"question": "Who?", "grid": {}}, 5)
    design = json.loads(store.client.get_run(parent.run_id).data.tags["design"])
    assert design == {"question": "Why?", "grid": {}, "planned": 5, "files": [{"name": "a"}]}
