"""Imported once by the server process that runs are forked from; runs no operation.

Everything that a run imports is imported here, so that a fork starts training at once.
"""

from experiments import numerics

numerics.import_tensorflow()

from experiments import cell, environment, pictures, scoring, training  # noqa: E402

__all__ = ["cell", "environment", "pictures", "scoring", "training"]
