"""Weights that an earlier run left in a script's folder, or beside it, and that a run loads."""

from pathlib import Path

import pytest

from seedbed.runs.script.hooks.record.timeline import Step
from seedbed.runs.script.left_files import left_files
from seedbed.runs.script.workspace import Workspace


@pytest.mark.parametrize("beside", [(), ("data",)])
def test_loaded_weights_of_earlier_runs_are_named(tmp_path: Path, beside: tuple[str, ...]) -> None:
    home = tmp_path / "scripts"
    for folder in (home, tmp_path / "data"):
        folder.mkdir()
    for name in ("old.h5", "changed.h5"):
        (home / name).write_text("left")
    others = [tmp_path / name for name in beside]
    space = Workspace.make(home, tmp_path / "record" / "work", tmp_path / "record", others)
    (space.path / "new.h5").write_text("new")
    (space.path / "changed.h5").write_text("another")
    steps = [
        Step("load", "line 9", "loads", {"file": str(space.path / name)})
        for name in ("old.h5", "new.h5", "changed.h5")
    ]
    steps.append(Step("load", "line 9", "loads", {"file": "/elsewhere/old.h5"}))
    said = left_files(space, list(space.written()), [*steps, *steps])
    where = "scripts/old.h5" if beside else "old.h5"
    assert [one.split(",")[0] for one in said] == [f"line 9 loads {where}"]
