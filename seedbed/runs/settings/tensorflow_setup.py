"""The numeric environment: what changes the bits without being a hyperparameter.

Threads, deterministic operations and oneDNN are part of a run's identity. oneDNN is read when
TensorFlow is imported, the rest when its first operation runs; so ``prepare`` comes before the
import and ``apply`` before the first operation.
"""

import os
import sys

from seedbed.runs.settings.options import CellOptions
from seedbed.system.errors import InputError, SeedbedError
from seedbed.system.processes.gc_pause import no_search
from seedbed.system.processes.gpus import DRIVER, VISIBLE
from seedbed.system.processes.stderr_capture import stderr_held_back

HASH_SEED = "PYTHONHASHSEED"
HASH_SEED_BEFORE = os.environ.get(HASH_SEED, "")
"""What the user's shell set it to; ``prepare`` sets it to another value."""
AT_ONCE = "TF_NUM_INTEROP_THREADS"
MOST_AT_ONCE = 4
"""Operations of a training step that do not need each other are few."""

BACKEND = "KERAS_BACKEND"
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", BACKEND: "tensorflow", "MPLBACKEND": "agg"}


def variables(options: CellOptions) -> dict[str, str]:
    """Environment variables that must be set before TensorFlow is imported."""
    no_gpu = {} if DRIVER.exists() else {VISIBLE: "-1"}
    backend = getattr(options, "backend", "")  # of a script
    return {
        **QUIET,
        **({BACKEND: backend} if backend else {}),
        **no_gpu,
        "TF_ENABLE_ONEDNN_OPTS": str(int(options.onednn)),
        "OMP_NUM_THREADS": str(options.threads),
        "TF_NUM_INTRAOP_THREADS": str(options.threads),
        AT_ONCE: str(_operations_at_once()),
        HASH_SEED: "0",  # for the processes that are started later: order of sets of text
    }


def usable_cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def may_use(cores: int) -> None:
    """Let operations that do not need each other, such as two gradients, run on several cores.

    Each still computes on ``threads`` threads, so no bit changes. Runs that have a core each, as in
    a sweep, gain nothing by it and only get in each other's way.

    Args:
        cores: How many this process may keep busy.
    """
    os.environ[AT_ONCE] = str(max(1, min(cores, MOST_AT_ONCE)))


def _operations_at_once() -> int:
    given = os.environ.get(AT_ONCE, "")
    return int(given) if given.isdecimal() and int(given) > 0 else 1


def prepare(options: CellOptions) -> None:
    """Set the variables in this process.

    Raises:
        SeedbedError: TensorFlow is imported already, with other settings.
    """
    wanted = variables(options)
    late = "tensorflow" in sys.modules
    if late and os.environ.get("TF_ENABLE_ONEDNN_OPTS") != wanted["TF_ENABLE_ONEDNN_OPTS"]:
        raise SeedbedError("oneDNN must be chosen before TensorFlow is imported: use a new process")
    os.environ.update(wanted)


def prepare_fork_server(options: CellOptions) -> None:
    """Set the variables of the server that runs are forked from: it loads Keras on TensorFlow.

    JAX's threads do not survive a fork, so a script for JAX runs in a Python of its own.
    """
    prepare(options)
    os.environ[BACKEND] = QUIET[BACKEND]


def import_tensorflow() -> None:
    """Import TensorFlow and Keras without the lines they print whatever the log level.

    Keras then computes with its own defaults, whatever the user's ``keras.json`` says.

    Raises:
        InputError: Keras cannot read its ``keras.json``.
    """
    first = "keras" not in sys.modules
    with no_search(), stderr_held_back():
        try:
            import keras
        except (AttributeError, TypeError, ValueError) as error:  # by Keras' own reader
            raise InputError(
                f"Keras must be able to read its keras.json (in KERAS_HOME or ~/.keras), but says: "
                f"{error}: mend the file, or remove it."
            ) from error
        import tensorflow as tf  # noqa: F401
    if first:
        from seedbed.runs.settings import keras_settings

        keras_settings.set_aside(keras.config)


def apply(options: CellOptions) -> None:
    """Pin threads and determinism; the process must not have run an operation yet."""
    import_tensorflow()
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    tf.config.threading.set_inter_op_parallelism_threads(_operations_at_once())
    if options.op_determinism:
        tf.config.experimental.enable_op_determinism()
