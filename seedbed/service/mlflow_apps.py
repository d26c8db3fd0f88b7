"""Names Seedbed's apps to MLflow's server where Seedbed is a clone or an image, not installed.

MLflow finds ``--app-name seedbed-basic-auth`` by an entry point, which ``pip install`` writes. A
clone and the image have none, so the service gives its commands a folder that holds it.
"""

import os
from collections.abc import MutableMapping

from seedbed.system.paths import PACKAGE

REGISTERED = PACKAGE / "mlflow_plugin" / "registered"
"""Holds the metadata of a distribution with the entry points, and nothing else."""


def register_apps(environment: MutableMapping[str, str]) -> None:
    """Let the processes of this environment find Seedbed's apps of MLflow's server."""
    before = environment.get("PYTHONPATH")
    environment["PYTHONPATH"] = os.pathsep.join([str(REGISTERED), *([before] if before else [])])
