"""Imported once by the server process that runs are forked from; runs no operation.

Everything that a run imports is imported here, so that a fork starts training at once.
"""

from experiments import numerics

numerics.import_tensorflow()

from experiments import cell, checkpoints, environment, pictures, scoring, training  # noqa: E402
from experiments.script import run as script_run  # noqa: E402

pictures.warm_up()
checkpoints.code_digest()
for package in environment.PACKAGES:
    environment.version(package)

__all__ = ["cell", "checkpoints", "environment", "pictures", "scoring", "script_run", "training"]
