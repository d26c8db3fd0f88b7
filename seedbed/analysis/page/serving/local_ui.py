"""Whether ``seedbed ui`` shows the runs of a store that no server holds."""

import http.client
import threading
import time
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from seedbed.tracking.reading.run_lists import API

FRESH_S = 3.0
"""How long an answer holds."""
PATIENCE_S = 0.5


class LocalUi:
    """Asks the address of ``seedbed ui`` now and then.

    Args:
        root: Its address.
        clock: Seconds, for tests.
    """

    def __init__(self, root: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._host, self._clock = urlsplit(root).netloc, clock
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._is_open = False

    def shows(self, run_id: str) -> bool:
        """Whether it answers, and has this run: another MLflow may listen there."""
        with self._lock:
            if self._clock() - self._asked_at >= FRESH_S:
                self._is_open, self._asked_at = self._has(run_id), self._clock()
            return self._is_open

    def _has(self, run_id: str) -> bool:
        asked = http.client.HTTPConnection(self._host, timeout=PATIENCE_S)
        try:
            asked.request("GET", f"{API}/runs/get?run_id={quote(run_id)}")
            return asked.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asked.close()
