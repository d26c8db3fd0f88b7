"""Imported once by the server process that runs are forked from; runs no operation.

Everything that a run imports is imported here, and what makes its first call slow is called here,
so that a fork starts training at once and records in little time.
"""

import io

import numpy as np

from seedbed.runs.settings import tensorflow_setup
from seedbed.system import code_version
from seedbed.system.processes.gc_pause import lasting

with lasting():
    tensorflow_setup.import_tensorflow()

    from seedbed.runs.data import splits
    from seedbed.runs.execution import cell
    from seedbed.runs.recording import error_rates, run_pictures
    from seedbed.runs.script import run as script_run
    from seedbed.runs.settings import environment, processor
    from seedbed.runs.training import checkpoints, metrics

__all__ = ["cell", "checkpoints", "environment", "metrics", "run_pictures", "script_run"]


def warm_up() -> None:
    """Call once what imports more, or reads files, on its first call."""
    import h5py  # Keras imports it when it first saves a model
    import keras
    import sklearn.datasets
    import sklearn.metrics
    import sklearn.model_selection  # noqa: F401 (what users' own files use, and what is watched)

    with h5py.File(io.BytesIO(), "w") as file:
        file.create_dataset("x", data=np.zeros(1))
    keras.saving.serialize_keras_object(keras.layers.Dense(1))
    np.savez_compressed(io.BytesIO(), x=np.zeros(1))
    labels = np.arange(60) % 3
    splits.divide(labels, 20, 0)
    metrics.report(labels, labels, ("a", "b", "c"))
    metrics.macro_f1(labels, labels)
    metrics.confusion(labels, labels, 3)
    error_rates.verification_scores(labels / 2, labels > 1, labels / 2, labels > 1)
    run_pictures.warm_up()
    code_version.code_digest()
    for package in environment.PACKAGES:
        environment.version(package)
    processor.processor()
    environment.commit_and_state()


with lasting():
    warm_up()
