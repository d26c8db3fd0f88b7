"""A script of PyTorch, whose default generator begins with one seed in every process."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from seedbed.doctor.source.module import Module
from seedbed.runs.execution.cell import run_cell
from seedbed.runs.script.options import Options
from seedbed.runs.script.process import fresh_process
from seedbed.runs.script.process.outside_seeds import outside_seeds
from seedbed.runs.script.process.torch_first import VARIABLE
from seedbed.runs.script.randomness.random_streams import RandomStreams
from seedbed.runs.script.randomness.torch_streams import TorchStreams
from seedbed.runs.script.script_files import read
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
torch.optim.Adam(torch.nn.Linear(3, 2).parameters())  # which imports Triton where it is installed
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


def module_that_imports(folder: Path, text: str) -> Module:
    (folder / "train.py").write_text(text)
    return read(folder / "train.py")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("import torch.nn as nn\n", True),
        ("def f():\n    from torch.optim import Adam\n", True),
        ("from transformers import pipeline\n", True),
        ("import needs_it\n", True),
        ("import may_need_it\n", False),
        ("import keras\nimport torchless\n", False),
    ],
)
def test_a_script_that_brings_torch_starts_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, wanted: bool
) -> None:
    for name, lines in {
        "torch": [],
        "needs_it": ["Requires-Dist: torch>=2"],
        "may_need_it": ["Requires-Dist: torch; extra == 'all'", "Requires-Dist: torch-geometric"],
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
        described = tmp_path / f"{name}-1.0.dist-info"
        described.mkdir()
        head = ["Metadata-Version: 2.1", f"Name: {name}", "Version: 1.0"]
        (described / "METADATA").write_text("\n".join([*head, *lines, ""]))
    monkeypatch.syspath_prepend(str(tmp_path))
    given = Options(script="train.py", folder=str(tmp_path))
    module = module_that_imports(tmp_path, text)
    assert outside_seeds(given, module).variables == ({VARIABLE: "1"} if wanted else {})
    monkeypatch.setenv(VARIABLE, "1")
    assert outside_seeds(given, module).variables == {}


def test_torch_and_triton_are_loaded_before_tensorflow(tmp_path: Path) -> None:
    for name in ("torch", "triton", "triton/_C"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    seen = "import sys; print(__name__, 'tensorflow' in sys.modules)\n"
    for name in ("torch/__init__.py", "triton/_C/libtriton.py"):
        (tmp_path / name).write_text(seen)
    (tmp_path / "given").mkdir()
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", fresh_process.__name__, str(tmp_path / "given")],
        env={**os.environ, "PYTHONPATH": path, VARIABLE: "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["torch False", "triton._C.libtriton False"]
    assert "FileNotFoundError" in done.stderr  # it had nothing to run


@pytest.mark.slow
def test_each_source_of_torch_changes_alone(drawn: Any) -> None:
    before, streams = drawn(separate=True)
    assert set(before) == set(streams["sources"])
    assert streams["unseen"] == []
    for source in before:
        after, _ = drawn(separate=True, stream_seeds=f"{source}=1")
        assert {name for name in before if before[name] != after[name]} == {source}


@pytest.mark.slow
def test_a_loader_that_does_not_shuffle_is_no_line_of_the_order(drawn: Any) -> None:
    _, streams = drawn(
        "list(DataLoader(TensorDataset(torch.ones(4)), batch_size=2))", separate=True
    )
    assert "line 6" not in streams["sources"]["order"]["lines"]
    assert "line 6" not in streams["sources"]


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
