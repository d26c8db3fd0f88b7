"""``mlflow run URI --backend seedbed``: an MLflow project as a sweep over its seed.

A parent run holds the verdict; MLflow itself makes the children, one for each seed and each
combination of crossed parameters. The same command again resumes: a child that finished is not run
again, and one whose driver was killed is closed and run anew. A lock keeps a second driver out.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext

import mlflow
from mlflow.entities import Run
from mlflow.exceptions import ExecutionException, MlflowException
from mlflow.projects.backend.abstract_backend import AbstractBackend
from mlflow.projects.submitted_run import SubmittedRun
from mlflow.utils.process import ShellCommandException

from seedbed.analysis.wording import count
from seedbed.mlflow_plugin.project_request import ProjectRequest, request_of
from seedbed.mlflow_plugin.project_seeding import (
    PROCESS_SEED,
    seeded_children,
    seeded_from_outside,
)
from seedbed.system.errors import InputError, SeedbedError
from seedbed.system.files.file_lock import open_lock, try_lock
from seedbed.system.paths import store_folder
from seedbed.system.text.printing import print_text
from seedbed.system.text.terminal_escape import inert
from seedbed.tracking.created_run import created_run
from seedbed.tracking.mlflow_projects_private import (
    FetchedProject,
    create_project_run,
    fetched_project,
)
from seedbed.tracking.schema import TAG_NOTE
from seedbed.tracking.store import Store

SWEEP_TAG = "seedbed.project"
"""On the parent run: which project, entry point and parameters it is about."""
PARENT = "mlflow.parentRunId"


class Swept(SubmittedRun):
    """The parent run of a sweep whose cells all have a result.

    Args:
        run_id: The parent run.
    """

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id

    @property
    def run_id(self) -> str:
        """MLflow's id of the parent run."""
        return self._run_id

    def wait(self) -> bool:
        """Return at once: the sweep has ended."""
        return True

    def get_status(self) -> str:
        """MLflow's word for a run that ended with a result."""
        return "FINISHED"

    def cancel(self) -> None:
        """Do nothing: the sweep has ended."""


class SeedbedBackend(AbstractBackend):
    """MLflow's backend of the name ``seedbed``."""

    def run(  # noqa: PLR0917 - as MLflow calls it
        self,
        project_uri: str,
        entry_point: str,
        params: Mapping[str, object],
        version: str | None,
        backend_config: Mapping[str, object],
        tracking_uri: str,
        experiment_id: str,
    ) -> Swept:
        """Run the cells that have no result yet, and record the verdict; arguments as MLflow's.

        Raises:
            ExecutionException: What is asked for makes no sense, in a sentence.
        """
        del tracking_uri  # MLflow has set it
        try:
            asked = request_of(backend_config, params)
            project = fetched_project(project_uri, version, entry_point)
            asked = seeded_from_outside(asked, project, entry_point)
            identity = asked.identity(project_uri, version, entry_point)
            with _only_driver(identity):
                parent = parent_of(identity, experiment_id, entry_point)
                sweep = _Sweep(project, entry_point, version, experiment_id, parent)
                failed = sweep.run(asked, backend_config)
                _record_verdict(parent, asked, experiment_id)
        except SeedbedError as error:
            raise ExecutionException(str(error)) from None
        if failed:  # MLflow does not wait for a backend of others, so this is what ends it with 1
            raise ExecutionException(
                f"{failed} of {len(asked.cells())} runs failed: the same command tries them again"
            )
        return Swept(parent)


@contextmanager
def _only_driver(identity: str) -> Iterator[None]:
    """Keep out a second driver of the same sweep on this machine."""
    with open_lock(store_folder("projects") / f"{identity}.lock") as stream:
        if not try_lock(stream):
            raise InputError(
                "a sweep of a project must have one driver at a time, but this one is being run "
                "already: wait for it, or change a parameter"
            )
        yield


def parent_of(identity: str, experiment_id: str, entry_point: str) -> str:
    """The sweep's parent run: that of an earlier call, or a new one."""
    store, found_by = Store(mlflow.get_tracking_uri()), f"tags.`{SWEEP_TAG}` = '{identity}'"
    found = next(iter(store.runs(found_by, [experiment_id])), None)
    if found is None:
        found = created_run(
            store,
            experiment_id,
            found_by,
            name=f"sweep of {entry_point}",
            tags={SWEEP_TAG: identity},
        )
    return str(found.info.run_id)


class _Sweep:
    """One call of the backend.

    Args:
        project: The project.
        entry_point: What of it is run.
        version: Its commit or branch.
        experiment_id: MLflow's id of the experiment.
        parent: The parent run.
    """

    def __init__(
        self,
        project: FetchedProject,
        entry_point: str,
        version: str | None,
        experiment_id: str,
        parent: str,
    ) -> None:
        self._project, self._entry_point, self._version = project, entry_point, version
        self._experiment_id, self._parent = experiment_id, parent

    def run(self, asked: ProjectRequest, config: Mapping[str, object]) -> int:
        """Run the cells without a result, and return how many of them failed."""
        mlflow.start_run(run_id=self._parent)  # what MLflow runs meanwhile is nested in it
        status = "KILLED"
        try:
            failed = self._run(asked, config)
            status = "FAILED" if failed else "FINISHED"
        finally:
            mlflow.end_run(status)
        return failed

    def _run(self, asked: ProjectRequest, config: Mapping[str, object]) -> int:
        done = self._done(asked)
        cells = asked.cells()
        left = [cell for cell in cells if asked.key(cell) not in done]
        runs = count(len(cells), "run")
        print_text(f"seedbed: {runs}, {len(cells) - len(left)} done before", error=True)
        failed = 0
        for number, cell in enumerate(left, start=1):
            words = " ".join(f"{name}={cell[name]}" for name in (*asked.crossed, asked.parameter))
            print_text(f"seedbed: run {number} of {len(left)}: {words}", error=True)
            failed += not self._child(cell, config)
        self._close_unfinished()  # MLflow makes a run again if a server's answer is lost
        return failed

    def _done(self, asked: ProjectRequest) -> set[tuple[str | None, ...]]:
        """Keys of the children that finished; those that no driver runs are closed."""
        finished = (one for one in self._close_unfinished() if one.info.status == "FINISHED")
        return {asked.key(child.data.params) for child in finished}

    def _close_unfinished(self) -> list[Run]:
        """Close the children that no driver runs; returns all, as they were."""
        store = Store(mlflow.get_tracking_uri())
        found_by = f"tags.`{PARENT}` = '{self._parent}'"
        children = list(store.runs(found_by, [self._experiment_id]))  # closing changes the pages
        for child in children:
            if child.info.status in ("RUNNING", "SCHEDULED"):
                store.client.set_terminated(child.info.run_id, "KILLED")
        return children

    def _child(self, cell: Mapping[str, str], config: Mapping[str, object]) -> bool:
        """Let MLflow run one cell; False if it failed.

        Raises:
            InputError: MLflow cannot make the project's environment, so every cell would fail.
        """
        parameters = {name: value for name, value in cell.items() if name != PROCESS_SEED}
        seed = cell.get(PROCESS_SEED)
        try:
            with nullcontext() if seed is None else seeded_children(seed):
                mlflow.projects.run(  # type: ignore[no-untyped-call]
                    self._project.uri,
                    entry_point=self._entry_point,
                    version=self._version,
                    parameters=parameters,
                    experiment_id=self._experiment_id,
                    backend="local",
                    storage_dir=config.get("STORAGE_DIR"),
                    env_manager=config.get("ENV_MANAGER"),
                    docker_args=config.get("DOCKER_ARGS"),
                    run_id=None if seed is None else self._run_with_seed(parameters, seed),
                )
        except ShellCommandException as error:
            why = next((line for line in str(error).splitlines() if "Command" in line), str(error))
            raise InputError(
                f"MLflow must make the project's environment first, but it failed ({inert(why)}): "
                "install the Python that python_env.yaml names, or choose another --env-manager "
                "(uv, or local for this environment)"
            ) from None
        except (ExecutionException, MlflowException) as error:
            print_text(f"seedbed: failed: {error}", error=True)
            return False
        return True

    def _run_with_seed(self, parameters: Mapping[str, str], seed: str) -> str:
        """A run of MLflow that has its seed before its process starts; returns its id."""
        run_id = create_project_run(
            self._project,
            self._version,
            self._entry_point,
            experiment_id=self._experiment_id,
            parameters=parameters,
        )
        mlflow.MlflowClient().log_param(run_id, PROCESS_SEED, seed)
        return run_id


def _record_verdict(parent: str, asked: ProjectRequest, experiment_id: str) -> None:
    """Ask what the children say, print it, and record it on the parent run."""
    import seedbed

    client = mlflow.MlflowClient()
    try:
        runs = seedbed.read(
            f"mlflow:{client.get_experiment(experiment_id).name}",
            by=tuple(asked.crossed),
            seed=(asked.parameter,),
            metric=asked.metric,
            maximize=asked.maximize,
            filter_string=f"tags.`{PARENT}` = '{parent}'",
            store=mlflow.get_tracking_uri(),
        )
        result = seedbed.compare(runs) if asked.crossed else seedbed.spread(runs)
    except InputError as error:
        print_text(f"seedbed: no verdict: {error}", error=True)
        return
    client.set_tag(parent, "verdict", result.verdict or "spread")
    client.set_tag(parent, "headline", result.answer)
    client.set_tag(parent, TAG_NOTE, result.to_markdown())
    client.log_text(parent, json.dumps(result.to_dict(), indent=2), "verdict.json")
    print_text(result.text)
