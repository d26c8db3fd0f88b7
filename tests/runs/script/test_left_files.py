"""What an earlier run left in a script's folder and every run takes up."""

from pathlib import Path

from seedbed.runs.script.hooks.timeline import Step
from seedbed.runs.script.left_files import left_files


def test_loaded_weights_and_searches_of_earlier_runs_are_named(tmp_path: Path) -> None:
    steps = [
        Step("load", "line 9", "loads", {"file": str(tmp_path / name)})
        for name in ("old.h5", "new.h5", "changed.h5")
    ]
    steps.append(Step("load", "line 9", "loads", {"file": "/elsewhere/old.h5"}))
    before = ["old.h5", "changed.h5", "tune/digits/oracle.json"]
    said = left_files(tmp_path, before, ["new.h5", "changed.h5"], [*steps, *steps])
    assert [one.split(",")[0] for one in said] == [
        "a search that an earlier run left (tune/digits) is copied into every run",
        "line 9 loads old.h5",
    ]
