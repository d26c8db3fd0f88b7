"""The networks of ``experiments/``, loaded as Seedbed loads them: by path."""

from typing import Any

from seedbed.runs.custom.experiment_file import digest, module_of, shipped


def network(name: str) -> Any:
    """The module of an experiment, such as ``mnist_cnn``."""
    path = shipped(name)
    return module_of(path, digest(path))
