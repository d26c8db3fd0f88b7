"""``serve``: one page about the store that updates itself."""

import re
import socket
from contextlib import suppress

import click

from seedbed.analysis.page.serving.access import Door, is_loopback
from seedbed.cli.serve.listening import not_free
from seedbed.cli.sweep.training_options import LEDGER
from seedbed.system.errors import InputError
from seedbed.system.text.printing import print_text
from seedbed.tracking.store import Store, masked
from seedbed.tracking.ui_links import LOCAL_UI

GRACE_S = 2
"""Seconds that open streams have at the end; browsers open them again."""
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=5050,
    show_default=True,
    help="Port to use; 0 picks a free one.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; others may reach it only if MLflow asks for a login.",
)
@click.option(
    "--mlflow-url",
    metavar="URL",
    help="Where browsers find MLflow's UI, for links  [default: MLFLOW_TRACKING_URI; "
    "for a store without a server, where seedbed ui listens].",
)
@click.option(
    "--allowed-hosts",
    metavar="NAMES",
    default="",
    help="Names by which a proxy asks for the page, separated by commas.",
)
@click.option(
    "--drivers/--no-drivers",
    default=True,
    help="Whether the page resumes sweeps, which then train on this host  [default: yes].",
)
@LEDGER
def serve(
    *,
    port: int,
    host: str,
    mlflow_url: str | None,
    allowed_hosts: str,
    drivers: bool,
    ledger: str | None,
) -> None:
    """Serve a live page about sweeps and nights.

    It shows current sweeps, last verdicts and nights, and updates itself. The page asks for the
    login of the MLflow server and shows what that user may read. Who may edit a sweep's experiment
    in MLflow may stop, cancel, resume and retry it there, if its ledger is this one. A store
    without a login is shown to this machine only.
    """
    import uvicorn

    from seedbed.analysis.page.app import application
    from seedbed.analysis.page.serving.connections import ConnectionLimits, limited_protocol
    from seedbed.analysis.page.serving.local_ui import LocalUi
    from seedbed.analysis.page.settings import Settings
    from seedbed.sweeps.driver.orders import SweepOrders

    store = Store()
    if not store.is_served:
        store.check()
    door = Door(store)
    door.check(host)
    links = _links(mlflow_url, store)
    ui = LocalUi(LOCAL_UI) if mlflow_url is None and not store.is_served else None
    orders = SweepOrders(ledger, starts_drivers=drivers)
    hosts = (*LOOPBACK, host, *_names(allowed_hosts)) if is_loopback(host) else None
    with _listening(host.strip("[]"), port) as listener:
        config = uvicorn.Config(
            application(Settings(door, links, hosts, orders, ui)),
            access_log=False,
            server_header=False,
            log_level="error",  # warnings are of what clients send
            timeout_graceful_shutdown=GRACE_S,
            ws="none",
            http=limited_protocol(ConnectionLimits()),  # type: ignore[arg-type]
        )
        shown = f"[{host.strip('[]')}]" if ":" in host else host
        address = f"http://{shown}:{listener.getsockname()[1]}"
        with suppress(KeyboardInterrupt):
            print_text(f"Sweeps and nights of {masked(store.uri)}: {address} (Ctrl-C ends it)")
            uvicorn.Server(config).run(sockets=[listener])
            return  # for another reason, which the log tells
        print_text("\nStopped.")


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        fix = "choose another port, or --port 0 for any"
        raise not_free(host, port, error, fix) from None


def _names(given: str) -> list[str]:
    """The names in ``--allowed-hosts``."""
    names = [name.strip().lower() for name in given.split(",") if name.strip()]
    for name in names:
        if not re.fullmatch(r"(\*\.)?[\w-]+(\.[\w-]+)*", name):
            raise InputError(
                "--allowed-hosts must be names of hosts without ports, separated by commas, "
                f"got {name!r}: e.g. sweeps.example.org."
            )
    return names


def _links(given: str | None, store: Store) -> str:
    """The address of MLflow's UI; of a store without a server, where ``seedbed ui`` shows it."""
    if given is None:
        return re.sub(r"//[^/@]*@", "//", store.uri) if store.is_served else LOCAL_UI
    if not re.fullmatch(r"https?://[^/@\s]+(/[^@\s]*)?", given):
        raise InputError(
            "--mlflow-url must be an http address without a login in it, "
            f"got {masked(given)!r}: e.g. https://mlflow.example.org."
        )
    return given
