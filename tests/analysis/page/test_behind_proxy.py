"""The page behind the nginx of the guide: names, orders and events get through."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests

from seedbed.tracking.store import Store
from tests.analysis.page.test_sweep_orders import order_of, planned, standings_of
from tests.support.page_server import served_page
from tests.support.ports import free_port
from tests.support.ui import ADMIN, ROOT, administered, stop, wait_for

NAME = "sweeps.example.org"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


def configuration(page: str, port: int, folder: Path) -> str:
    """The guide's, for the page, without TLS, in a folder of its own."""
    guide = (ROOT / "docs" / "guides" / "service.md").read_text()
    block = re.search(r"```nginx\n(.*?)```", guide, re.DOTALL)
    assert block
    text = re.sub(r"(?m)^ *ssl_.*\n", "", block[1]).replace("443 ssl", f"127.0.0.1:{port}")
    text = text.replace("mlflow.example.org", NAME).replace("http://127.0.0.1:5000", page)
    places = "".join(
        f"{kind}_temp_path {folder};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log;"
        f"events {{ worker_connections 4096; }} http {{ access_log off; {places}\n{text} }}"
    )


@contextmanager
def proxy(page: str, folder: Path) -> Iterator[str]:
    """nginx in front of a page; its address."""
    assert NGINX
    folder.mkdir()
    port = free_port()
    (folder / "nginx.conf").write_text(configuration(page, port, folder))
    log = folder / "out"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [NGINX, "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")],
            stdout=stream, stderr=stream, start_new_session=True,
        )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{port}", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


class Visitor(requests.Session):
    """A browser at the proxy's name."""

    def __init__(self, proxy: str) -> None:
        super().__init__()
        self.auth = ADMIN
        self.headers.update({"Host": NAME, "Sec-Fetch-Site": "same-origin"})
        self.proxy = proxy

    def order(self, page: str, what: str) -> str:
        """Give an order from a sweep's page; returns what the page then tells."""
        shown = self.get(self.proxy + page, timeout=60).text
        token = re.search(r'name="token" value="(\w+)"', shown)
        assert token, shown
        answer = self.post(
            f"{self.proxy}{page}order", data={"order": what, "token": token[1]}, timeout=60,
            allow_redirects=False,
        )  # fmt: skip
        assert answer.status_code == 303, answer.text
        told = self.get(self.proxy + page + answer.headers["location"], timeout=60).text
        found = re.search(r'<p id="told" role="status">(.*?)</p>', told)
        assert found, told
        return found[1]


@pytest.mark.long
@pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian: nginx-light)")
def test_orders_and_events_go_through_the_proxy_of_the_guide(tmp_path: Path) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(administered(tmp_path))
        store = Store(server.uri)
        page = planned(store, tmp_path, "mine")
        ended = planned(store, tmp_path, "ended", state="stopped")
        flags = ("--allowed-hosts", f"other.example.org, {NAME}")
        served = stack.enter_context(served_page(server.uri, tmp_path, tmp_path / "store", *flags))
        visitor = Visitor(stack.enter_context(proxy(served.url, tmp_path / "nginx")))
        other = visitor.get(visitor.proxy, headers={"Host": "evil.example"}, timeout=60)
        assert other.status_code == 400
        assert (
            visitor.get(visitor.proxy + "/sweeps/", auth=("a", "b"), timeout=60).status_code == 401
        )
        for what, words in (("stop", "no more start"), ("cancel", "current runs stop now")):
            assert words in visitor.order(page, what)
            assert order_of("mine") == what
        assert "1 cell is queued again" in visitor.order(page, "retry")
        assert standings_of("mine") == ["waiting", "waiting"]
        assert "a driver starts on this page&#39;s host" in visitor.order(ended, "resume")
        began = time.monotonic()
        events = visitor.get(f"{visitor.proxy}{page}events", stream=True, timeout=60)
        lines = events.iter_lines()
        assert any(line.startswith(b"event: part") for line in lines)
        assert time.monotonic() - began < 30, "the proxy passes events on at once"
        events.close()
        deadline = time.monotonic() + 240
        while standings_of("ended") != ["done", "failed"]:
            assert time.monotonic() < deadline
            time.sleep(0.5)
