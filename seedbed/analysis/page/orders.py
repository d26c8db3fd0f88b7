"""Stop, cancel, resume and retry from a sweep's page: who may, and what a form must carry."""

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request

from seedbed.analysis.page.serving.access import Login
from seedbed.analysis.page.views.sweep_view import SweepView

MOST_BYTES = 4_000
"""Of a form; it holds an order and a token."""
MOST_TOLD = 200
MOST_KNOWN = 1000
UNREACHED_S = 30.0
"""A ledger that was not there is looked for no more often."""


class Orders(Protocol):
    """Gives orders to the drivers of sweeps.

    Attributes:
        starts_drivers: Whether sweeps can be resumed on this host.
    """

    @property
    def starts_drivers(self) -> bool:
        """See the class."""

    def reaches(self, sweep: str, run_id: str) -> bool:
        """Whether the sweep with this run has its ledger here."""

    def give(self, what: str, sweep: str, run_id: str, login: Login) -> str:
        """Give an order and say in a sentence what it does.

        Raises:
            InputError: The order is unknown, or the ledger here belongs to another run.
            StoreError: The ledger cannot be reached.
        """


@dataclass(frozen=True)
class Offer:
    """A button of a sweep's page.

    Attributes:
        what: The order.
        label: What the button says.
        words: What the order does.
    """

    what: str
    label: str
    words: str


STOP = Offer("stop", "Stop", "Current runs finish, and no more start.")
CANCEL = Offer(
    "cancel", "Cancel", "Current runs stop now; each goes on from its last checkpoint once resumed."
)
RESUME = Offer("resume", "Resume", "A driver starts on this page's host and runs what waits.")
RETRY = Offer("retry", "Retry", "Failed runs are queued again for the driver of this sweep.")


def offers(view: SweepView, *, resume: bool) -> tuple[Offer, ...]:
    """The orders that make sense for a sweep as it stands.

    Args:
        view: The sweep.
        resume: Whether this host may start a driver.
    """
    runs = view.state == "running"
    offered = [STOP, CANCEL] if runs else []
    if resume and (view.progress.left or view.progress.failed) and (not runs or view.silent):
        offered.append(RESUME)
    if view.progress.failed:
        offered.append(RETRY)
    return tuple(offered)


class Reach:
    """Remembers which sweeps have their ledger here, so that it is not opened for every reading.

    Args:
        orders: Gives the orders; None for a page that only shows.
        clock: Seconds, for tests.
    """

    def __init__(self, orders: Orders | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._orders = orders
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, bool]] = OrderedDict()

    def has(self, view: SweepView) -> bool:
        """Whether orders reach this sweep."""
        if self._orders is None:
            return False
        run_id = view.place.run_id
        asked_at, found = self._known.pop(run_id, (float("-inf"), False))
        if not found and self._clock() - asked_at >= UNREACHED_S:
            asked_at, found = self._clock(), self._orders.reaches(view.name, run_id)
        self._known[run_id] = (asked_at, found)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return found


class Forms:
    """Tokens that no other site knows, and the answers to a visitor's last orders.

    A browser sends a login with requests that other sites make, but those cannot read a page and so
    not the token in it, which holds for one login and one sweep as long as this process lives.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._told: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._lock = threading.Lock()

    def token(self, login: Login, path: str) -> str:
        """The token of a visitor's forms on one page."""
        return hmac.new(self._key, repr((login, path)).encode(), hashlib.sha256).hexdigest()

    def is_own(self, request: Request, token: str, login: Login, path: str) -> bool:
        """Whether a form comes from this page, as it was shown to this visitor."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            return False
        known = self.token(login, path)
        return hmac.compare_digest(known.encode(), token.encode("utf-8", "surrogatepass"))

    def tell(self, login: Login, sentence: str) -> str:
        """Keep a sentence for this visitor; returns the word by which its address names it."""
        word = secrets.token_urlsafe(9)
        with self._lock:
            self._told[word] = (self.token(login, "told"), sentence)
            while len(self._told) > MOST_TOLD:
                self._told.popitem(last=False)
        return word

    def told(self, login: Login, word: str | None) -> str | None:
        """The sentence that was kept for this visitor; None without one."""
        with self._lock:
            owner, sentence = self._told.get(word or "", ("", ""))
        return sentence if sentence and owner == self.token(login, "told") else None


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a short form; empty if it is long, cut off, or no form."""
    content = b""
    try:
        async for part in request.stream():
            content += part
            if len(content) > MOST_BYTES:
                return {}
        fields = parse_qs(content.decode("utf-8", "replace"), max_num_fields=8)
    except (ValueError, ClientDisconnect):
        return {}
    return {name: values[0] for name, values in fields.items()}
