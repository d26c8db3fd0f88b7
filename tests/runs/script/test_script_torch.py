"""A script of PyTorch, whose default generator begins with one seed in every process."""

import json
from pathlib import Path
from typing import Any

import pytest

from seedbed.runs.execution.cell import run_cell
from seedbed.runs.script.randomness.random_streams import RandomStreams
from seedbed.runs.script.randomness.torch_streams import TorchStreams
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.tracking import schema
from seedbed.tracking.writing.run_folder import RunFolder
from tests.support.cells import folder_of, in_store

SCRIPT = """
import json
import torch
from torch.utils.data import DataLoader, TensorDataset, random_split

SEED
rows = TensorDataset(torch.arange(20.0))
drawn = {"split": list(random_split(rows, [15, 5])[0].indices)}
drawn["init"] = torch.nn.Linear(3, 2).weight.tolist()
drawn["dropout"] = torch.nn.Dropout(0.5)(torch.ones(16)).tolist()
drawn["order"] = [int(one[0]) for one in DataLoader(rows, shuffle=True)]
drawn["line 12"] = torch.randn(3).tolist()
drawn["line 13"] = torch.empty(3).exponential_().tolist()
drawn["torch"] = torch.nn.functional.rrelu(-torch.ones(8), training=True).tolist()
print(json.dumps(drawn))
print("test accuracy: 0.5")
"""


@pytest.fixture
def drawn(pool: LocalPool, store_path: Path, tmp_path: Path) -> Any:
    """Runs the script; returns what it drew, and its sources."""
    pytest.importorskip("torch", reason="a script of PyTorch needs torch")
    home = tmp_path / "home"
    home.mkdir()

    def start(first: str = "", **given: Any) -> Any:
        (home / "train.py").write_text(SCRIPT.replace("SEED", first))
        given = {"folder": str(home), "script": "train.py", **given}
        folder = folder_of("script", store_path, given)
        done = pool.submit(in_store, str(store_path), run_cell, "script", given, folder).result()
        assert done.state == "finished", done.reason
        artifacts = RunFolder(Path(folder)).artifacts
        streams = artifacts / schema.RANDOM_STREAMS
        found = json.loads(streams.read_text()) if streams.exists() else {}
        return json.loads((artifacts / schema.STDOUT).read_text().splitlines()[0]), found

    return start


def functions_after_an_attempt() -> tuple[bool, bool]:
    """Whether PyTorch's functions were replaced while it ran, and were put back."""
    import torch

    functions = torch.randn, torch.manual_seed, torch.Tensor.normal_
    drawn = RandomStreams({}, 0, Path("/"), line_of=lambda *_: "", has_fitted=bool)
    streams = TorchStreams(drawn)
    streams.begin()
    replaced = torch.randn is not functions[0]
    streams.end()
    after = torch.randn, torch.manual_seed, torch.Tensor.normal_
    return replaced, after == functions


@pytest.mark.slow
def test_an_attempt_leaves_torch_as_it_was(pool: LocalPool) -> None:
    pytest.importorskip("torch", reason="a script of PyTorch needs torch")
    assert pool.submit(functions_after_an_attempt).result() == (True, True)


@pytest.mark.slow
def test_each_source_of_torch_changes_alone(drawn: Any) -> None:
    before, streams = drawn(separate=True)
    assert set(before) == set(streams["sources"])
    assert streams["unseen"] == []
    for source in before:
        after, _ = drawn(separate=True, stream_seeds=f"{source}=1")
        assert {name for name in before if before[name] != after[name]} == {source}


@pytest.mark.slow
def test_seed_of_torch_pins_its_sources_with_its_line(drawn: Any) -> None:
    (zero, streams), (one, _) = (
        drawn("torch.manual_seed(7)", separate=True, seed=seed) for seed in (0, 1)
    )
    assert zero == one
    pin = {"call": "torch.manual_seed", "line": "line 6", "value": "7"}
    assert all(found["pins"] == [pin] for found in streams["sources"].values())


@pytest.mark.slow
def test_repeat_varies_a_script_that_seeds_nothing(drawn: Any) -> None:
    (zero, _), (one, _) = drawn(seed=0), drawn(seed=1)
    assert all(zero[name] != one[name] for name in zero)
