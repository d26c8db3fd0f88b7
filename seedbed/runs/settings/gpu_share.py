"""A run's share of a GPU: what its process is told, and how TensorFlow keeps to it.

None of this was run on a machine with a GPU: the logic is tested with a list of devices that only
looks like one.
"""

import os
from types import ModuleType

from seedbed.system.processes.gpus import VISIBLE
from seedbed.tracking import schema

LIMIT = "SEEDBED_GPU_MEMORY_MIB"


def variables(gpu: str, limit_mib: int | None, runs: int) -> dict[str, str]:
    """Environment variables that pin a process to a GPU and let others use it too.

    By itself TensorFlow takes nearly all of a GPU's memory when its first operation runs, and JAX
    three quarters.

    Args:
        gpu: As ``CUDA_VISIBLE_DEVICES`` names it.
        limit_mib: Memory that the process may take of it, MiB; None for what is free.
        runs: Processes that share it.
    """
    limit = {} if limit_mib is None else {LIMIT: str(limit_mib)}
    return {
        VISIBLE: gpu,
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
        "XLA_PYTHON_CLIENT_MEM_FRACTION": f"{0.9 / runs:.3f}",
        **limit,
    }


def keep_to_share() -> None:
    """Limit the memory of this process' GPU to its share; no operation may have run yet.

    A person's script is not limited, only told to take memory as it needs it: it may set its own
    limit, and TensorFlow takes only one.
    """
    limit = os.environ.get(LIMIT)
    if limit is None:
        return
    import tensorflow as tf

    for device in tf.config.list_physical_devices("GPU"):
        share = tf.config.LogicalDeviceConfiguration(memory_limit=int(limit))
        tf.config.set_logical_device_configuration(device, [share])


def gpu_record(tensorflow: ModuleType) -> dict[str, str]:
    """What of a GPU changes a run's bits, for its environment; empty where it trains on none.

    Args:
        tensorflow: The module.
    """
    devices = tensorflow.config.list_physical_devices("GPU")
    if not devices:
        return {}
    details = tensorflow.config.experimental.get_device_details(devices[0])
    capability = ".".join(str(part) for part in details.get("compute_capability", ()))
    tf32 = tensorflow.config.experimental.tensor_float_32_execution_enabled()
    build = tensorflow.sysconfig.get_build_info()
    return {
        schema.GPU: str(details.get("device_name", "")),
        schema.GPU_CAPABILITY: capability,
        schema.CUDA: str(build.get("cuda_version", "")),
        schema.CUDNN: str(build.get("cudnn_version", "")),
        schema.TF32: str(bool(tf32)).lower(),
    }
