"""The GPUs of a machine, read from a list as ``nvidia-smi`` prints it; no GPU was there."""

import os
from pathlib import Path

import pytest

from seedbed.system.processes import gpus
from seedbed.system.processes.gpus import Gpu, chosen, listed, usable_gpus

PRINTED = "0, GPU-aaaa-1111, 40000\n1, GPU-bbbb-2222, 16000\n2, GPU-cccc-3333, [N/A]\n"
ALL = listed(PRINTED)


def test_each_line_is_a_gpu_with_its_free_memory() -> None:
    assert (
        ("0", Gpu("GPU-aaaa-1111", 40000)),
        ("1", Gpu("GPU-bbbb-2222", 16000)),
        ("2", Gpu("GPU-cccc-3333", None)),
    ) == ALL
    assert listed("No devices were found\n") == ()


@pytest.mark.parametrize(
    ("visible", "names"),
    [
        (None, ["GPU-aaaa-1111", "GPU-bbbb-2222", "GPU-cccc-3333"]),
        ("", []),
        ("-1", []),
        ("1,0", ["1", "0"]),
        ("1,-1,0", ["1"]),
        ("0,7", ["0"]),
        ("GPU-bbbb", ["GPU-bbbb-2222"]),
        ("GPU-", []),
        ("MIG-12", ["MIG-12"]),
    ],
)
def test_what_cuda_may_see_is_kept_in_its_order(visible: str | None, names: list[str]) -> None:
    environment = {} if visible is None else {"CUDA_VISIBLE_DEVICES": visible}
    assert [gpu.name for gpu in chosen(ALL, environment)] == names


def test_an_index_has_the_memory_of_the_least_gpu() -> None:
    assert chosen(ALL, {"CUDA_VISIBLE_DEVICES": "0"}) == (Gpu("0", 16000),)


def test_without_the_list_the_variable_is_believed() -> None:
    assert chosen((), {"CUDA_VISIBLE_DEVICES": "0,1"}) == (Gpu("0", None), Gpu("1", None))
    assert chosen((), {}) == ()


def test_the_driver_is_asked_only_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "nvidia-smi"
    (tmp_path / "answer").write_text(PRINTED)
    program.write_text(f"#!/bin/sh\ncat '{tmp_path}/answer'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(gpus, "DRIVER", tmp_path / "nvidiactl")
    assert usable_gpus() == ()
    (tmp_path / "nvidiactl").touch()
    assert [gpu.free_mib for gpu in usable_gpus()] == [40000, 16000, None]
    program.write_text("#!/bin/sh\nexit 9\n")
    assert usable_gpus() == ()
