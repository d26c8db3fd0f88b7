"""The page's own process, as ``seedbed serve`` starts it."""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.support.ports import free_port
from tests.support.ui import ADMIN, ROOT, stop, wait_for


@dataclass
class Page:
    """The page's process.

    Attributes:
        url: Its address.
        log: What it printed.
    """

    url: str
    log: Path
    process: "subprocess.Popen[bytes]"

    def get(
        self,
        path: str,
        login: tuple[str, str] | None = ADMIN,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        sent = dict(headers or {})
        if login is not None:
            coded = base64.b64encode(":".join(login).encode()).decode()
            sent["Authorization"] = f"Basic {coded}"
        return requests.get(self.url + path, headers=sent, timeout=60)


@contextmanager
def served_page(uri: str, folder: Path, store: Path, *flags: str) -> Iterator[Page]:
    """The page of a store.

    Args:
        uri: Address of MLflow.
        folder: Where its log is written.
        store: Its folder of journals and runs.
        flags: Further options of ``seedbed serve``.
    """
    port = free_port()
    log = folder / "page.log"
    command = [sys.executable, "-m", "seedbed", "serve", "--port", str(port), *flags]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MLFLOW_")}
    environment |= {"MLFLOW_TRACKING_URI": uri, "SEEDBED_STORE": str(store)}
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=stream, stderr=stream,
            start_new_session=True,
        )  # fmt: skip
    try:
        page = Page(f"http://127.0.0.1:{port}", log, process)
        wait_for(f"{page.url}/page.css", process, log)
        yield page
    finally:
        stop(process)
