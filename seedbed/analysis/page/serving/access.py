"""Who may see the page: whoever MLflow lets in, or, where it asks nobody, this machine only."""

import base64
import ipaddress
import threading
import time

from seedbed.system.errors import InputError, StoreError
from seedbed.tracking.reading.run_lists import (
    LocalVisitor,
    RunLister,
    ServedVisitor,
    asks_for_login,
)
from seedbed.tracking.store import Store

Login = tuple[str, str] | None
PROBE_S = 4.0
"""Without a login, MLflow is asked no more often than that, however many ask."""


class Door:
    """Tells whether a login is needed, and reads the store with it.

    Args:
        store: The store; a server's address, or one that this process opens itself.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._locked: bool | None = None if store.is_served else False
        self._asking = threading.Lock()
        self._probed = float("-inf")
        self._trouble: StoreError | None = None

    def locked(self) -> bool:
        """Whether a login is needed; a door that was found locked, or open, stays so.

        Raises:
            StoreError: The server cannot be reached, so nobody knows.
        """
        if self._locked is None:
            self.probe()
        return bool(self._locked)

    def check(self, host: str) -> None:
        """Refuse to show a store without a login to other machines.

        Raises:
            InputError: ``host`` is not this machine's own, and there is no login.
        """
        if is_loopback(host):
            return
        try:
            locked = self.locked()
        except StoreError as error:
            raise InputError(
                "--host must be this machine's own, such as 127.0.0.1, until MLflow's server has "
                f"said that it asks for a login, got {host!r}: {error} Start it first."
            ) from None
        if not locked:
            raise InputError(
                "--host must be this machine's own, such as 127.0.0.1, where the store asks for no "
                f"login, got {host!r}: everybody who reaches {host} could read it. Set "
                "MLFLOW_TRACKING_URI to an MLflow server with --app-name basic-auth."
            )

    def probe(self) -> None:
        """Ask whether MLflow answers, a few seconds after the last time at the earliest.

        Raises:
            StoreError: It does not.
        """
        with self._asking:
            if time.monotonic() - self._probed >= PROBE_S:
                self._trouble = self._asked()
                self._probed = time.monotonic()
            if self._trouble is not None:
                raise self._trouble

    def _asked(self) -> StoreError | None:
        try:
            if not self._store.is_served:
                self._store.check()
                return None
            locked = asks_for_login(self._store.uri)
        except StoreError as error:
            return error
        if self._locked is None:
            self._locked = locked
        return None

    def visitor(self, login: Login) -> RunLister:
        """The store as this login may read it."""
        if self._store.is_served:
            return ServedVisitor(self._store.uri, login)
        return LocalVisitor(self._store)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def login_of(header: str | None) -> Login:
    """User and password of an Authorization header; None without one that can be read."""
    kind, _, coded = (header or "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(coded, validate=True).decode().partition(":")
    except ValueError:  # not ASCII, not base64, or not UTF-8
        return None
    return (user, password) if colon and user else None
