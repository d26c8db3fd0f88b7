"""A sweep of a user's own experiment records where that lies."""

from pathlib import Path

import pytest

from seedbed.runs.custom.template import write
from seedbed.sweeps.design.design import load


@pytest.mark.parametrize("own", [True, False])
def test_the_design_names_the_file_of_an_own_experiment(tmp_path: Path, own: bool) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "sweeps").mkdir()
    mine = tmp_path / "code" / "mine.py"
    write(mine)
    file = tmp_path / "sweeps" / "one.yaml"
    name = "../code/mine.py" if own else "mnist_cnn"
    file.write_text(f"question: Does it vary?\nexperiment: {name}\nseeds: 1\n")
    described = load(file).described()
    assert described.get("experiment_file") == (str(mine) if own else None)
