"""What cells would train on is read anew, in the user's own folder."""

from pathlib import Path

import pytest

from seedbed.runs.execution.catalog import find
from seedbed.runs.execution.data_digest import UNREADABLE, data_digests
from seedbed.runs.settings.options import RunOptions, parse

FILE = """
import numpy as np
from dataclasses import dataclass
from seedbed.runs.data.arrays import splits_from_arrays
from seedbed.runs.settings.options import RunOptions

@dataclass(frozen=True, kw_only=True)
class Options(RunOptions):
    rows: str = "rows.csv"

def load(options, seeds):
    inputs = np.loadtxt(options.rows).reshape(-1, 1)
    return splits_from_arrays(inputs, np.arange(len(inputs)) % 2, split_seed=seeds.split)

def build(options, splits):
    raise AssertionError("no network is needed")
"""


def test_the_digest_follows_the_file_that_an_option_names(
    store_path: Path,  # noqa: ARG001 (sets the environment)
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text(FILE)
    rows = "\n".join(map(str, range(60)))
    (tmp_path / "rows.csv").write_text(rows)
    (tmp_path / "other.csv").write_text(rows.replace("59", "60"))
    experiment = find(str(tmp_path / "own.py"))

    def digests(*names: str) -> list[str]:
        every: list[RunOptions] = [parse(experiment.options, {"rows": name}) for name in names]
        return data_digests(experiment, every)

    first, other, missing = digests("rows.csv", "other.csv", "none.csv")
    assert first != other
    assert missing == UNREADABLE
    (tmp_path / "rows.csv").write_text((tmp_path / "other.csv").read_text())
    assert digests("rows.csv") == [other]


def test_the_data_sets_that_come_with_seedbed_have_theirs(
    store_path: Path,  # noqa: ARG001 (sets the environment)
) -> None:
    experiment = find("mnist_cnn")
    every: list[RunOptions] = [
        parse(experiment.options, {"dataset": name, "seed": seed})
        for name, seed in (("digits", 0), ("digits", 1), ("mnist5k", 0))
    ]
    one, two, three = data_digests(experiment, every)
    assert one == two != three
    assert len(one) == 64
