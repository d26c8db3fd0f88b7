"""Whether a service answers as its users call it: by its name, with a login, through its API."""

import base64
import json
import os
import socket
import urllib.error
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from seedbed.system.errors import SeedbedError

if TYPE_CHECKING:
    from distributed import Client

TIMEOUT_S = 10.0


class UnhealthyError(SeedbedError):
    """A service does not answer as it should."""


def check_mlflow(url: str, environment: Mapping[str, str]) -> None:
    """Search for experiments with a login: the way through server, login and database.

    Raises:
        UnhealthyError: It refuses, answers something else or nothing.
    """
    name = environment.get("MLFLOW_TRACKING_USERNAME", "")
    login = f"{name}:{environment.get('MLFLOW_TRACKING_PASSWORD', '')}"
    request = urllib.request.Request(  # noqa: S310 (the URL is the operator's)
        f"{url.rstrip('/')}/api/2.0/mlflow/experiments/search?max_results=1",
        headers={"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            json.load(answer)
    except urllib.error.HTTPError as error:
        meaning = {
            401: f"the password of {name!r} in the environment is not the one in its database",
            403: f"{url} is not among --allowed-hosts, or {name!r} may not read",
        }.get(error.code, error.reason)
        raise UnhealthyError(f"MLflow answered {error.code}: {meaning}.") from None
    except (OSError, ValueError) as error:
        raise UnhealthyError(f"MLflow at {url} does not answer: {error}.") from None


def check_overview(url: str) -> None:
    """Ask for the page as somebody without a login: it must answer, and ask for one.

    Raises:
        UnhealthyError: It shows itself to anybody, answers something else or nothing.
    """
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/live", timeout=TIMEOUT_S):  # noqa: S310
            raise UnhealthyError(f"The page at {url} asks for no login.")
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.UNAUTHORIZED:
            raise UnhealthyError(f"The page at {url} answered {error.code}.") from None
    except (OSError, ValueError) as error:
        raise UnhealthyError(f"The page at {url} does not answer: {error}.") from None


def check_scheduler(address: str) -> int:
    """Ask a Dask scheduler, as a driver would; returns how many workers it has."""
    return len(_workers(address))


def check_worker(address: str) -> None:
    """Ask the scheduler whether a worker of this host has joined, and let that one do something.

    Raises:
        UnhealthyError: No worker of this host has joined, or it does not answer.
    """
    import psutil

    own = {entry.address for found in psutil.net_if_addrs().values() for entry in found}
    here = [name for name in _workers(address) if name.split("://")[1].rsplit(":", 1)[0] in own]
    if not here:
        raise UnhealthyError(f"No worker of {socket.gethostname()} has joined {address}.")
    with _client(address) as client:
        answers = client.run(os.getpid, workers=here, on_error="ignore")
    if not answers:
        raise UnhealthyError(f"The worker of {socket.gethostname()} does not answer.")


def _workers(address: str) -> list[str]:
    with _client(address) as client:
        return list(client.scheduler_info(n_workers=-1)["workers"])


def _client(address: str) -> "Client":
    from distributed import Client

    try:
        return Client(address, timeout=TIMEOUT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        said = str(error).splitlines()[0]
        raise UnhealthyError(f"The scheduler at {address} does not answer: {said}.") from None
