"""``seedbed ui``: MLflow's UI on the store in use."""

import os
import sys
from typing import TYPE_CHECKING

import click

from seedbed.cli.serve.listening import not_free
from seedbed.system.text.printing import print_text

if TYPE_CHECKING:
    from seedbed.tracking.store import Store

SETTINGS = {
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",  # its job consumers take 2 GB and 8 s
    # If the UI's process served artifacts, a store that it opens first could not be written
    # without it.
    "MLFLOW_SERVE_ARTIFACTS": "false",
    "MLFLOW_WORKERS": "1",
    # MLflow's own matter, which nobody who opens the UI can mend.
    "PYTHONWARNINGS": "ignore:starlette.middleware.wsgi is deprecated",
}
"""What MLflow's server reads from its environment; beside it, values that the user set stand."""


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=5000, show_default=True, help="Port to use."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.argument("sweep", required=False)
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[-- OPTION …]")
def ui(port: int, host: str, sweep: str | None, options: tuple[str, ...]) -> None:
    """Open MLflow's UI on the recorded runs.

    With the name of a SWEEP, the address shown is that of its run. The store is the one that every
    command uses (MLFLOW_TRACKING_URI). Words after -- are passed on to mlflow ui. Ctrl-C ends it.
    """
    from seedbed.system.text.masking import masked
    from seedbed.tracking.store import Store

    if sweep is not None and sweep.startswith("-"):  # no sweep was named before the --
        options, sweep = (sweep, *options), None
    store = Store()
    if store.is_served:
        print_text(
            f"The runs are on a server, which shows its own UI: {_link(store, store.uri, sweep)}"
        )
        return
    _check_free(host, port)
    root = store.artifact_root()
    environment = {
        **SETTINGS,
        **({"MLFLOW_DEFAULT_ARTIFACT_ROOT": root} if root else {}),
        **os.environ,
        "MLFLOW_BACKEND_STORE_URI": store.uri,  # a password in it must not show in ps
    }
    link = _link(store, f"http://{host}:{port}", sweep)
    print_text(f"MLflow UI of {masked(store.uri)}: {link} (Ctrl-C ends it)")
    sys.stdout.flush()
    arguments = ["--host", host, "--port", str(port), *options]
    command = [sys.executable, "-m", "mlflow", "ui", *arguments]
    os.execve(sys.executable, command, environment)  # noqa: S606 (MLflow's own program)


def _link(store: "Store", root: str, sweep: str | None) -> str:
    """Where to look: the page of a sweep's run, or the list of experiments."""
    from seedbed.tracking.ui_links import home_link, run_link

    if sweep is None:
        return home_link(root)
    from seedbed.tracking.reading.sweep_parents import parent_place

    return run_link(root, *parent_place(sweep, store))


def _check_free(host: str, port: int) -> None:
    import socket

    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        raise not_free(host, port, error, "choose another port with --port") from None
