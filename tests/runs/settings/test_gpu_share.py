"""A GPU's record and a run's limit on it, with a list of devices that only looks like a GPU's."""

from types import SimpleNamespace
from typing import Any

import pytest

from seedbed.runs.settings.gpu_share import gpu_record, variables
from seedbed.sweeps.executors.local_pool import LocalPool


def tensorflow(*gpus: str, tf32: bool = True) -> Any:
    return SimpleNamespace(
        config=SimpleNamespace(
            list_physical_devices=lambda kind: list(gpus) if kind == "GPU" else ["cpu"],
            experimental=SimpleNamespace(
                get_device_details=lambda device: {
                    "device_name": device,
                    "compute_capability": (9, 0),
                },
                tensor_float_32_execution_enabled=lambda: tf32,
            ),
        ),
        sysconfig=SimpleNamespace(
            get_build_info=lambda: {"cuda_version": "12.5.1", "cudnn_version": "9"}
        ),
    )


def test_a_gpu_is_recorded_with_what_changes_bits() -> None:
    assert gpu_record(tensorflow("NVIDIA H200", tf32=False)) == {
        "gpu": "NVIDIA H200",
        "gpu_capability": "9.0",
        "cuda": "12.5.1",
        "cudnn": "9",
        "tf32": "false",
    }
    assert gpu_record(tensorflow()) == {}


def test_a_process_is_pinned_and_takes_memory_as_it_needs_it() -> None:
    alone, third = variables("GPU-a", None, 1), variables("GPU-a", 5000, 3)
    assert alone["CUDA_VISIBLE_DEVICES"] == "GPU-a"
    assert alone["TF_FORCE_GPU_ALLOW_GROWTH"] == "true"
    assert "SEEDBED_GPU_MEMORY_MIB" not in alone
    assert third["SEEDBED_GPU_MEMORY_MIB"] == "5000"
    assert float(third["XLA_PYTHON_CLIENT_MEM_FRACTION"]) == pytest.approx(0.3)


def limits_set(limit: str | None) -> list[tuple[str, list[float]]]:
    """What ``keep_to_share`` asks of the real TensorFlow, but for its list of devices."""
    import os

    import tensorflow as tf

    from seedbed.runs.settings.gpu_share import keep_to_share

    if limit is not None:
        os.environ["SEEDBED_GPU_MEMORY_MIB"] = limit
    found: list[tuple[str, list[float]]] = []
    tf.config.list_physical_devices = lambda kind=None: ["gpu:0"] if kind == "GPU" else []
    tf.config.set_logical_device_configuration = lambda device, parts: found.append(
        (device, [part.memory_limit for part in parts])
    )
    keep_to_share()
    return found


def test_tensorflow_is_limited_to_the_share(pool: LocalPool) -> None:
    assert pool.submit(limits_set, "5000").result() == [("gpu:0", [5000])]
    assert pool.submit(limits_set, None).result() == []
