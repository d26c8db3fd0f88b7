"""What Seedbed uses of MLflow's projects beyond their public interface, each in one place.

tests/tracking/test_mlflow_private.py fails when a version of MLflow moves one of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from seedbed.system.errors import InputError
from seedbed.system.text.masking import masked

SCRIPTS = (".py", ".sh")
"""What MLflow runs without an entry point (``Project.get_entry_point``)."""


@dataclass(frozen=True)
class FetchedProject:
    """An MLflow project on this machine.

    Attributes:
        uri: Its address.
        folder: Where it lies; one in a git repository is fetched.
        parameters: What its entry point declares; of a bare script the words after ``--`` in it.
        in_docker: Whether it runs in a container.
    """

    uri: str
    folder: str
    parameters: tuple[str, ...]
    in_docker: bool


def fetched_project(uri: str, version: str | None, entry_point: str) -> FetchedProject:
    """Fetch a project and read what it says of an entry point.

    By ``projects.utils._fetch_project``, ``projects._project_spec.load_project`` and
    ``Project._entry_points``.

    Raises:
        InputError: It cannot be fetched, or has no such entry point.
    """
    from mlflow.projects._project_spec import load_project
    from mlflow.projects.utils import _fetch_project

    try:
        folder = _fetch_project(uri, version)  # type: ignore[no-untyped-call]
    except _git_errors() as error:
        said = re.search(r"(?:fatal|error): ([^\n]+)", str(error))
        raise InputError(
            f"a project must be a folder or a git address that can be read, got {masked(uri)}: "
            f"{masked(said[1] if said else str(error).splitlines()[0])}".rstrip(" '")
        ) from None
    project = load_project(folder)  # type: ignore[no-untyped-call]
    found = (project._entry_points or {}).get(entry_point)
    script = Path(folder) / entry_point
    if found is not None:
        parameters = list(found.parameters)
    elif script.is_file() and script.suffix in SCRIPTS:
        text = script.read_text(encoding="utf-8", errors="replace")
        parameters = [word.replace("-", "_") for word in re.findall(r"--([A-Za-z][\w-]*)", text)]
    else:
        known = ", ".join(project._entry_points or {}) or "none"
        raise InputError(
            f"a project must have the entry point that is run, or a script of its name (.py, .sh), "
            f"but {uri} has no {entry_point!r}, only {known}: -e names another"
        )
    return FetchedProject(uri, folder, tuple(dict.fromkeys(parameters)), bool(project.docker_env))


def _git_errors() -> tuple[type[Exception], ...]:
    """What git raises; nothing on a machine without git."""
    try:
        from git.exc import GitError
    except ImportError:
        return ()
    return (GitError,)


def create_project_run(
    project: FetchedProject,
    version: str | None,
    entry_point: str,
    *,
    experiment_id: str,
    parameters: Mapping[str, str],
) -> str:
    """The run that ``mlflow run`` would make of a project; its id, for ``run_id`` of ``run``.

    By ``projects.utils._create_run``.
    """
    from mlflow.projects.utils import _create_run

    made = _create_run(  # type: ignore[no-untyped-call]
        project.uri, experiment_id, project.folder, version, entry_point, dict(parameters)
    )
    return str(made.info.run_id)
