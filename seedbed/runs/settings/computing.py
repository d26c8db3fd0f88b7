"""What computes: everything beside code and numbers that may change the bits of an operation."""

import os
import platform

from seedbed.runs.settings.environment import version
from seedbed.runs.settings.gpu_share import gpu_record
from seedbed.runs.settings.options import CellOptions
from seedbed.runs.settings.processor import details

PREFIXES = ("TF_ENABLE_ONEDNN", "ONEDNN_", "DNNL_")
VARIABLES = ("XLA_FLAGS", "TF_XLA_FLAGS")
"""With the prefixes: what libraries read from the environment."""


def computing_key(options: CellOptions) -> str:
    """Processor, libraries and settings of this process as one text, for a cache's key.

    The number of operations that run side by side is left out, because it changes no bit.

    Args:
        options: The run's options; threads and determinism are used.
    """
    import tensorflow as tf

    versions = [platform.python_version(), *map(version, ("tensorflow", "keras", "numpy"))]
    devices = [device.name for device in tf.config.list_logical_devices()]
    settings = sorted(
        (name, value)
        for name, value in os.environ.items()
        if name.startswith(PREFIXES) or name in VARIABLES
    )
    numeric = (options.threads, options.op_determinism, settings)
    return repr([details(), versions, devices, gpu_record(tf), numeric])
