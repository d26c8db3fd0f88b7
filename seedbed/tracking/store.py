"""The MLflow store: opened once, with errors turned into sentences.

mlflow is imported on first use, because importing it takes seconds.
"""

import logging
import os
import re
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.system.errors import MissingExtraError, ReadOnlyError, StoreError
from seedbed.system.extras import naming_the_extra
from seedbed.system.files.disk_errors import disk_error, unopened
from seedbed.system.files.file_lock import folder_locked
from seedbed.system.paths import home, sqlite_file, store_path, tracking_uri
from seedbed.system.processes.environment_variables import variables_set
from seedbed.system.processes.gc_pause import no_search
from seedbed.system.text.masking import masked as masked  # noqa: PLC0414 (other rooms know it from here)
from seedbed.tracking.joined_format import PATH, VERSION
from seedbed.tracking.mlflow_private import ask_for_databricks_once, post_bytes
from seedbed.tracking.schema import TAG_NOTE

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Experiment, Run

PAGE = 1000
EXPERIMENT_TAGS = {
    "mlflow.experimentKind": "custom_model_development",
    TAG_NOTE: "Sweeps are the runs with a + beside their name; `tags.kind = 'sweep'` "
    "lists them alone, with the verdict as their description and the report among their artifacts.",
}
"""The UI opens such an experiment on its training runs, not on traces and judges."""
LOGIN = ("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD")
"""MLflow's variables for a server's login."""
OLD_FOLDERS = "MLFLOW_ALLOW_FILE_STORE"
PROBE_RETRIES = "1"
PROBE_TIMEOUT_S = "5"
RETRIES = "2"
"""Of one request; what cannot be delivered waits on disk and is tried again later anyway."""


READ_ONLY = ("readonly database", "read-only transaction", "permission denied for ")
"""What SQLite and PostgreSQL answer a writer who may only read."""


def store_address(given: str | None = None) -> str:
    """The tracking URI of the store for anybody's runs.

    Args:
        given: An address, or the path of a database or folder. Else MLflow's own variable, the
            database or folder in the current folder, or Seedbed's own store.
    """
    given = given or os.environ.get("MLFLOW_TRACKING_URI")
    if not given:
        here = [path for path in (Path("mlflow.db"), Path("mlruns")) if path.exists()]
        given = str(here[0]) if here else tracking_uri()
    if "://" in given or given.startswith("file:") or given == "databricks":
        return given
    named = Path(given).absolute()
    return named.as_uri() if named.is_dir() else f"sqlite:///{named}"


def old_folders_allowed() -> AbstractContextManager[None]:
    """MLflow opens its old folders only if the environment says so."""
    return _environment({OLD_FOLDERS: "true"})


class Store:
    """A tracking store: its client, its URI, and the experiments it has been asked for.

    The process's own store, which no URI names, becomes MLflow's too: artifacts' repositories and
    the processes that this one starts take it from the environment. Another one does not.
    """

    def __init__(self, uri: str | None = None) -> None:
        self.uri = uri or tracking_uri()
        if not uri:
            os.environ["MLFLOW_TRACKING_URI"] = self.uri
        os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
        os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", RETRIES)
        self._client: MlflowClient | None = None
        self._experiments: dict[str, str] = {}
        self._takes_joined: bool | None = None

    @property
    def client(self) -> "MlflowClient":
        """MLflow's client for this store."""
        if self._client is None:
            logging.getLogger("alembic").setLevel(logging.WARNING)
            # It logs a traceback for each error that it raises; what it raises is told in words.
            logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)
            with no_search(), self.explained(), self._opened_by_one():
                from mlflow import MlflowClient

                self._client = MlflowClient(self.uri)
                if self.is_served:
                    ask_for_databricks_once()
                else:
                    self._client.search_experiments(max_results=1)
        return self._client

    @contextmanager
    def _opened_by_one(self) -> Iterator[None]:
        """Processes that open a new database at once would each make its tables, and fail.

        The lock is on a folder, so that a store that is only read gets no file.
        """
        if self.is_served:
            yield
            return
        database = sqlite_file(self.uri)
        wanted = store_path() if database is None else database.parent
        folder = next(place for place in (wanted, *wanted.parents) if place.is_dir())
        with folder_locked(folder):
            yield

    def check(self) -> None:
        """Ask the store for one experiment.

        Raises:
            StoreError: It cannot be reached or read.
        """
        if not self.is_served and "://" in self.uri:
            with self.explained():
                _connect_once(self.uri)
        patience = {
            "MLFLOW_HTTP_REQUEST_MAX_RETRIES": PROBE_RETRIES,
            "MLFLOW_HTTP_REQUEST_TIMEOUT": PROBE_TIMEOUT_S,
        }
        with _environment(patience), self.explained():
            self.client.search_experiments(max_results=1)

    @contextmanager
    def asked_once(self) -> Iterator["MlflowClient"]:
        """The client, for calls that must not be repeated by its transport.

        MLflow's client repeats a request whose answer was lost, although the server may have done
        it: a run would be made twice.
        """
        with _environment({"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"}):
            yield self.client

    def experiment_id(self, name: str) -> str:
        """MLflow's id of the experiment ``name``, made when missing."""
        if name not in self._experiments:
            with self.explained():
                found = self.client.get_experiment_by_name(name)
                self._experiments[name] = (
                    self.checked_artifacts(found) if found is not None else self._made(name)
                )
        return self._experiments[name]

    def _made(self, name: str) -> str:
        """A new experiment, unless another process has just made it."""
        from mlflow.exceptions import MlflowException

        try:
            return str(self.client.create_experiment(name, self.artifact_root(), EXPERIMENT_TAGS))
        except MlflowException as error:
            found = self.client.get_experiment_by_name(name)
            if error.error_code != "RESOURCE_ALREADY_EXISTS" or found is None:
                raise
            return str(found.experiment_id)

    def checked_artifacts(self, experiment: "Experiment") -> str:
        """The experiment's id, if this process can write its artifacts.

        Raises:
            StoreError: The experiment was made by a server that keeps its artifacts, and this
                process writes to the database without that server.
        """
        if experiment.artifact_location.startswith("mlflow-artifacts:") and not self.is_served:
            raise StoreError(
                f"Artifacts of the experiment {experiment.name!r} belong to an MLflow server "
                f"({experiment.artifact_location}), but {masked(self.uri)} is opened without "
                "one: set MLFLOW_TRACKING_URI to that server's http address, or use another "
                "store; seedbed ui opens this one without taking its artifacts."
            )
        return str(experiment.experiment_id)

    @property
    def is_served(self) -> bool:
        """Whether a server stands between this process and the store."""
        return self.uri.startswith(("http:", "https:"))

    def takes_joined_requests(self) -> bool:
        """Whether a server with Seedbed's app stands before the store; it is asked once."""
        if self._takes_joined is None:
            self._takes_joined = self.is_served and self._answers_joined()
        return self._takes_joined

    def _answers_joined(self) -> bool:
        from mlflow.exceptions import MlflowException

        try:
            answer = post_bytes(self.uri, PATH, None)
            return bool(answer.ok and answer.json() == {"version": VERSION})
        except (MlflowException, ValueError):  # a server that knows no such path
            return False

    def runs(self, filter_string: str, experiment_ids: list[str] | None = None) -> "Iterator[Run]":
        """Every run that fits MLflow's filter, a page at a time, over all experiments."""
        token = None
        with self.explained():
            ids = experiment_ids or [
                e.experiment_id for e in self.client.search_experiments(max_results=PAGE)
            ]
            while True:
                page = self.client.search_runs(
                    ids, filter_string, max_results=PAGE, page_token=token
                )
                yield from page
                token = page.token
                if not token:
                    return

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what MLflow and its transports raise into one sentence."""
        try:
            with naming_the_extra():
                yield
        except (StoreError, MissingExtraError):
            raise
        except Exception as error:  # MLflow and what carries it share no base
            if not _is_store_failure(error):
                raise
            place = f"the MLflow store {masked(self.uri)}"
            disk = disk_error(error, place) or unopened(error, sqlite_file(self.uri))
            if disk is not None:
                raise disk from error
            said = _first_line(error)
            if _only_reads(error, said):
                raise ReadOnlyError(
                    f"The MLflow store {masked(self.uri)} must be writable by this user, but it "
                    f"answered: {said}. Ask its owner, or set MLFLOW_TRACKING_URI to one that is."
                ) from error
            schema = re.search(r"found version (\w+), but expected (\w+)", str(error))
            if schema is not None:
                raise StoreError(
                    f"The MLflow store {masked(self.uri)} must have this MLflow's schema "
                    f"({schema[2]}), but has {schema[1]}: if an older MLflow wrote it, make a "
                    "backup and call mlflow db upgrade; if a newer one did, use that version."
                ) from error
            raise StoreError(
                f"The MLflow store {masked(self.uri)} must be reachable and writable, but it "
                f"answered: {said}. Start it, or set MLFLOW_TRACKING_URI to one "
                "that is (unset it for the embedded store)."
            ) from error

    def artifact_root(self) -> str | None:
        """Where new experiments keep artifacts: beside a SQLite file; None if a server decides."""
        if not self.uri.startswith("sqlite:"):
            return None
        with suppress(StoreError):  # of a user without a home, whose variables name the store
            if str(home()) in self.uri:
                return (home() / "mlruns").as_uri()
        path = re.sub(r"^sqlite:/{3}", "", self.uri)
        return f"{os.path.dirname(os.path.abspath(path)) or '.'}/mlruns"  # noqa: PTH100, PTH120


_ENVIRONMENT = threading.RLock()


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Settings that MLflow takes from the environment only; one thread at a time changes them."""
    with _ENVIRONMENT, variables_set(values):
        yield


def _connect_once(uri: str) -> None:
    """Connect to a database; MLflow itself would try for minutes before it gave up."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import NoSuchModuleError

    if uri.startswith("file:"):
        return
    try:
        engine = create_engine(uri)
    except NoSuchModuleError:
        return  # not a database: MLflow may know the scheme
    except ValueError:  # a port that is not a number
        raise StoreError(
            f"MLFLOW_TRACKING_URI must be an address, got {masked(uri)}: its port must be a "
            "number, and '@', '/' and ':' in a name or password are written %40, %2F, %3A."
        ) from None
    try:
        engine.connect().close()
    finally:
        engine.dispose()


def _is_store_failure(error: object) -> bool:
    kinds = ("mlflow.", "requests.", "sqlalchemy.", "urllib3.", "sqlite3", "psycopg")
    return isinstance(error, (OSError, ImportError)) or type(error).__module__.startswith(kinds)


def _only_reads(error: Exception, said: str) -> bool:
    """Whether the store refused to be written by this user."""
    if getattr(error, "error_code", None) == "PERMISSION_DENIED":
        return True
    return any(words in said.lower() for words in READ_ONLY)


def _first_line(error: Exception) -> str:
    """What the database or the server said, without what its layers put around it."""
    text = masked(str(error))
    said = re.search(r"\((?:sqlite3|psycopg\w*)\.\S+\) (.+)", text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    words = said.group(1) if said else lines[0] if lines else type(error).__name__
    return words[:300].rstrip(".")
