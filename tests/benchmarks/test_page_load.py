"""The benchmark of pages measures only pages that answer."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from benchmarks.page_load import seconds_of


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(int(self.path[1:]))
        self.end_headers()
        self.wfile.write(b"the page")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_page_that_answers_is_measured(address: str) -> None:
    assert 0 < seconds_of(f"{address}/200") < 60


@pytest.mark.parametrize("status", [204, 302, 404, 500])
def test_another_answer_ends_the_benchmark(address: str, status: int) -> None:
    with pytest.raises(SystemExit, match=f"answered {status}"):
        seconds_of(f"{address}/{status}")
