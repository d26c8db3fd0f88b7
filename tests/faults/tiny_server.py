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


@contextmanager
def served(folder: Path, database: Path) -> Iterator[str]:
    """The address of a server over a database; its artifacts lie beside it."""
    port = folder / "port"
    child = os.fork()
    if child == 0:
        _serve(port, database)
    try:
        deadline = time.monotonic() + WAIT_S
        while not port.exists():
            assert time.monotonic() < deadline, "the server does not begin"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port.read_text()}"
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _serve(port: Path, database: Path) -> None:
    """Serve until this process is killed."""
    os.environ.pop("MLFLOW_TRACKING_URI", None)
    os.environ[constants.BACKEND_STORE_URI_ENV_VAR] = f"sqlite:///{database}"
    os.environ[constants.REGISTRY_STORE_URI_ENV_VAR] = f"sqlite:///{database}"
    os.environ[constants.ARTIFACT_ROOT_ENV_VAR] = "mlflow-artifacts:/"
    os.environ[constants.ARTIFACTS_DESTINATION_ENV_VAR] = str(database.with_name("artifacts"))
    os.environ[constants.SERVE_ARTIFACTS_ENV_VAR] = "true"
    with port.with_name("server.log").open("w") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    unfinished = port.with_suffix(".new")
    unfinished.write_text(str(server.port))
    unfinished.rename(port)
    server.serve_forever()
