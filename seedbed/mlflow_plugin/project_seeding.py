"""The seed of a project that has no parameter for it: its process is seeded from outside."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from seedbed.mlflow_plugin import seeded_process
from seedbed.mlflow_plugin.project_request import ProjectRequest
from seedbed.system.errors import InputError
from seedbed.system.processes.environment_variables import variables_set
from seedbed.system.text.printing import print_text
from seedbed.tracking.mlflow_projects_private import FetchedProject

PROCESS_SEED = "process_seed"
"""Parameter of a run whose process is seeded from outside."""
LARGEST_HASH_SEED = 2**32 - 1


def seeded_from_outside(
    asked: ProjectRequest, project: FetchedProject, entry_point: str
) -> ProjectRequest:
    """The request as it stands if the project has no parameter for the seed.

    Raises:
        InputError: A parameter was named that is not there, or the project runs in a container.
    """
    if asked.parameter in project.parameters:
        return asked
    known = ", ".join(project.parameters) or "none"
    if asked.is_named:
        raise InputError(
            f"the project's entry point {entry_point!r} must have the parameter "
            f"{asked.parameter!r} to vary it, but it has {known}: name another in "
            "--backend-config, or none, and each run's process is seeded"
        )
    if project.in_docker:
        raise InputError(
            "a project that runs in Docker must have a parameter for the seed, but "
            f"{entry_point!r} has {known}: name it as parameter in --backend-config"
        )
    print_text(
        f"seedbed: {entry_point} has no parameter {asked.parameter}, so each run's process is "
        "seeded (Python, NumPy, PyTorch, TensorFlow)",
        error=True,
    )
    return replace(asked, parameter=PROCESS_SEED)


@contextmanager
def seeded_children(seed: str) -> Iterator[None]:
    """Let the Python processes that start meanwhile draw from a seed.

    Args:
        seed: A whole number, not negative.
    """
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(str(seeded_process.__file__), Path(folder) / "sitecustomize.py")
        path = [folder, *filter(None, [os.environ.get("PYTHONPATH")])]
        given = {
            "PYTHONPATH": os.pathsep.join(path),
            "PYTHONHASHSEED": str(int(seed) % (LARGEST_HASH_SEED + 1)),
            seeded_process.SEED_VARIABLE: seed,
        }
        with variables_set(given):
            yield
