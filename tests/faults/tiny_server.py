"""An MLflow server in a fork of this process, which has imported all that it needs."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlflow.server import app, constants
from werkzeug.serving import make_server

WAIT_S = 120


class TinyServer:
    """A server over a database; its artifacts lie beside it.

    Args:
        folder: Where it notes its port.
        database: A SQLite file.

    Attributes:
        uri: Its address, the same whenever it is started.
    """

    def __init__(self, folder: Path, database: Path) -> None:
        self._note, self._database = folder / "port", database
        self._child: int | None = None
        self.start()
        self.uri = f"http://127.0.0.1:{self._note.read_text()}"

    def start(self) -> None:
        """Start it, on its port if it had one, and wait until it listens."""
        port = int(self._note.read_text()) if self._note.exists() else 0
        self._note.unlink(missing_ok=True)
        self._child = os.fork()
        if self._child == 0:
            _serve(self._note, self._database, port)
        deadline = time.monotonic() + WAIT_S
        while not self._note.exists():
            assert time.monotonic() < deadline, "the server does not begin"
            time.sleep(0.01)

    def kill(self) -> None:
        """Kill it, unless it is dead."""
        if self._child is not None:
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
            self._child = None


@contextmanager
def served(folder: Path, database: Path) -> Iterator[TinyServer]:
    """A server that is killed at the end."""
    server = TinyServer(folder, database)
    try:
        yield server
    finally:
        server.kill()


def _serve(note: Path, database: Path, port: int) -> None:
    """Serve until this process is killed."""
    os.environ.pop("MLFLOW_TRACKING_URI", None)
    os.environ[constants.BACKEND_STORE_URI_ENV_VAR] = f"sqlite:///{database}"
    os.environ[constants.REGISTRY_STORE_URI_ENV_VAR] = f"sqlite:///{database}"
    os.environ[constants.ARTIFACT_ROOT_ENV_VAR] = "mlflow-artifacts:/"
    os.environ[constants.ARTIFACTS_DESTINATION_ENV_VAR] = str(database.with_name("artifacts"))
    os.environ[constants.SERVE_ARTIFACTS_ENV_VAR] = "true"
    with note.with_name("server.log").open("a") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    server = make_server("127.0.0.1", port, app, threaded=True)
    unfinished = note.with_suffix(".new")
    unfinished.write_text(str(server.port))
    unfinished.rename(note)
    server.serve_forever()
