"""The key of what computes changes with whatever may change bits, and with nothing else."""

import os

from seedbed.sweeps.executors.local_pool import LocalPool


def _key(variables: dict[str, str], options: dict[str, int]) -> str:
    """In a fork."""
    from seedbed.runs.settings.computing import computing_key
    from seedbed.runs.settings.options import RunOptions

    os.environ.update(variables)
    return computing_key(RunOptions(**options))  # type: ignore[arg-type]


def test_the_key_changes_with_processor_limit_libraries_and_settings(pool: LocalPool) -> None:
    changed: list[tuple[dict[str, str], dict[str, int]]] = [
        ({}, {}),
        ({"ONEDNN_MAX_CPU_ISA": "SSE41"}, {}),
        ({"TF_ENABLE_ONEDNN_OPTS": "other"}, {}),
        ({"XLA_FLAGS": "--xla_cpu_enable_fast_math=true"}, {}),
        ({}, {"threads": 2}),
        ({}, {"op_determinism": 0}),
    ]
    keys = [pool.submit(_key, *one).result() for one in changed]
    assert len(set(keys)) == len(changed)
    for same in ({"TF_NUM_INTEROP_THREADS": "3"}, {"SOMETHING": "else"}):
        assert pool.submit(_key, same, {"seed": 9, "batch_size": 7}).result() == keys[0]


def _key_on_a_gpu(tf32: bool | None) -> str:
    """With TensorFlow's own switch, on a GPU that is only in the list; on none for None."""
    import tensorflow as tf

    if tf32 is not None:
        details = {"device_name": "NVIDIA H200", "compute_capability": (9, 0)}
        tf.config.list_physical_devices = lambda kind=None: ["gpu:0"] if kind == "GPU" else []
        tf.config.experimental.get_device_details = lambda _: details
        tf.config.experimental.enable_tensor_float_32_execution(tf32)
    return _key({}, {})


def test_the_key_changes_with_the_gpu_and_its_precision(pool: LocalPool) -> None:
    keys = [pool.submit(_key_on_a_gpu, tf32).result() for tf32 in (None, True, False, True)]
    assert keys[1] == keys[3]
    assert len(set(keys)) == 3
