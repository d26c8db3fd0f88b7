"""Tags any run that MLflow starts in a process that trains, with its environment and seeds.

MLflow imports this module wherever it is imported itself, so it imports nothing else of Seedbed.
"""

import sys

from mlflow.tracking.context.abstract_context import RunContextProvider

TRAINERS = ("keras", "tensorflow", "tf_keras", "torch", "sklearn", "xgboost", "lightgbm", "jax")
"""Modules by which a process that trains is known."""


class EnvironmentContext(RunContextProvider):
    """Versions, processor, machine and the seeds that can be seen, as two tags."""

    def in_context(self) -> bool:
        """Whether this process has imported what trains."""
        return any(name in sys.modules for name in TRAINERS)

    def tags(self) -> dict[str, str]:
        """The tags; asked for when a run starts."""
        from seedbed.runs.recording.process_tags import process_tags

        return process_tags()
