"""Messages that must arrive: on disk before they are sent, tried until they are taken.

    nightly/outbox/ID.json   waits, with how often it was tried and when it is due again
    nightly/sent/ID.json     has arrived, or will never be taken

A message has its identity from what it says, so the same one is never put in twice. A process that
dies between sending and noting it sends again, under the same identity: the receiver may tell.
"""

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from seedbed.system.files.atomic_files import write_whole
from seedbed.system.files.file_lock import open_lock, try_lock
from seedbed.system.files.regular_file import regular_text

LOG = logging.getLogger("seedbed.nightly")
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP = timedelta(days=7)


class RefusedError(Exception):
    """The receiver will never take it: a wrong address, a redirect, a signature refused."""


@dataclass(frozen=True)
class Message:
    """One message to one receiver.

    Attributes:
        id: Identity.
        way: ``webhook`` or ``email``.
        to: Settings of the receiver; no secrets.
        body: What it says.
        made: When, ISO 8601, UTC.
        tries: How often it was tried.
        due: When to try again.
        trouble: Why it was not taken.
        state: waiting, sent or refused.
    """

    id: str
    way: str
    to: dict[str, Any]
    body: dict[str, Any]
    made: str
    tries: int = 0
    due: str = ""
    trouble: str = ""
    state: str = "waiting"


_MESSAGE = TypeAdapter(Message)

Send = Callable[[Message], None]
"""Raises ``RefusedError`` where trying again is of no use, OSError where it may be."""


@dataclass
class Outbox:
    """The messages of a store.

    Args:
        folder: Where they are kept.
        ways: How to send; by name.
        now: The time, in UTC.
    """

    folder: Path
    ways: Mapping[str, Send]
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        for name in ("outbox", "sent"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)

    def put(self, way: str, to: Mapping[str, Any], body: Mapping[str, Any]) -> Message | None:
        """Have a message sent; None where this very one was put in before."""
        key = json.dumps([way, dict(to), dict(body)], sort_keys=True)
        name = hashlib.sha256(key.encode()).hexdigest()[:32]
        if any((self.folder / place / f"{name}.json").exists() for place in ("outbox", "sent")):
            return None
        message = Message(name, way, dict(to), dict(body), self.now().isoformat())
        self._write(message)
        return message

    def waiting(self) -> list[Message]:
        """The messages that have not arrived, oldest first."""
        found = [_read(path) for path in (self.folder / "outbox").glob("*.json")]
        return sorted((one for one in found if one), key=lambda one: (one.made, one.id))

    def flush(self) -> list[Message]:
        """Try what is due, once; returns what was tried, as it is now."""
        with self._alone() as mine:
            if not mine:
                return []
            moment = self.now().isoformat()
            return [self._try(one) for one in self.waiting() if one.due <= moment]

    def _try(self, message: Message) -> Message:
        tried = replace(message, tries=message.tries + 1)
        try:
            self.ways[message.way](message)
        except RefusedError as error:
            return self._settle(replace(tried, state="refused", trouble=str(error)))
        except OSError as error:
            tried = replace(tried, trouble=str(error))
            if self.now() - datetime.fromisoformat(message.made) > GIVE_UP:
                return self._settle(replace(tried, state="refused"))
            wait = min(FIRST_WAIT * 2 ** min(message.tries, 20), LONGEST_WAIT)
            tried = replace(tried, due=(self.now() + wait).isoformat())
            self._write(tried)
            LOG.warning(
                "an alarm by %s was not taken (%s); again in %d s",
                *(message.way, tried.trouble, wait.total_seconds()),
            )
            return tried
        return self._settle(replace(tried, state="sent", trouble=""))

    def _settle(self, message: Message) -> Message:
        self._write(message)
        waiting = self.folder / "outbox" / f"{message.id}.json"
        waiting.replace(self.folder / "sent" / waiting.name)
        if message.state == "refused":
            LOG.error("an alarm by %s will not be taken: %s", message.way, message.trouble)
        return message

    def _write(self, message: Message) -> None:
        path = self.folder / "outbox" / f"{message.id}.json"
        write_whole(path, json.dumps(asdict(message), indent=1))

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """One process sends at a time; False where another one does."""
        with open_lock(self.folder / "outbox" / ".lock") as stream:
            yield try_lock(stream)


def _read(path: Path) -> Message | None:
    try:
        return _MESSAGE.validate_json(regular_text(path))
    except (OSError, ValueError):
        return None


def secret(name: str) -> str | None:
    """A secret from the variable ``name``, or from the file that ``name``_FILE names.

    Raises:
        RefusedError: The file cannot be read.
    """
    if os.environ.get(name):
        return os.environ[name]
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise RefusedError(f"{name}_FILE must name a file that can be read: {reason}") from None
