"""An alarm as a signed POST of JSON.

    X-Seedbed-Timestamp   seconds since 1970
    X-Seedbed-Delivery    identity of the message; the same when it is sent again
    X-Seedbed-Signature   sha256=HMAC-SHA256(secret, timestamp + "." + body), hex

A receiver computes the same over the bytes that arrived, compares in constant time, and refuses old
timestamps and deliveries that it has seen.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Sequence

from seedbed.sweeps.nightly.alerts.outbox import Message, RefusedError, secret
from seedbed.sweeps.nightly.alerts.post import ForbiddenAddressError, post
from seedbed.sweeps.nightly.series import Series
from seedbed.sweeps.spec.fields.schedule_fields import checked_url
from seedbed.system.errors import InputError

URL = "SEEDBED_WEBHOOK_URL"
SECRET = "SEEDBED_WEBHOOK_SECRET"  # noqa: S105 (the variable's name)
AGAIN = {408, 425, 429}
"""Answers below 500 after which it is worth trying again."""


def send_webhook(message: Message) -> None:
    """Post a message.

    Raises:
        RefusedError: No secret is set, the address is wrong, or the receiver says no for good.
        OSError: It may be taken later.
    """
    url = address(message)
    key = secret(SECRET)
    if key is None:
        raise RefusedError(f"messages are signed, but neither {SECRET} nor {SECRET}_FILE is set")
    body = json.dumps({"id": message.id, **message.body}, sort_keys=True).encode()
    moment = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "seedbed",
        "X-Seedbed-Timestamp": moment,
        "X-Seedbed-Delivery": message.id,
        "X-Seedbed-Signature": f"sha256={signature(key, moment, body)}",
    }
    try:
        status = post(url, body, headers)
    except ForbiddenAddressError as error:
        raise RefusedError(
            f"{shown(url)} {error}: give the address of a receiver elsewhere, or write localhost "
            "where it runs on this machine"
        ) from None
    except OSError as error:
        raise OSError(f"{shown(url)} cannot be reached: {type(error).__name__}") from None
    if 300 <= status < 400:
        raise RefusedError(
            f"{shown(url)} redirects elsewhere (status {status}), which is not "
            "followed: give the address that it redirects to"
        )
    if status >= 500 or status in AGAIN:
        raise OSError(f"{shown(url)} answered with status {status}")
    if status >= 400:
        raise RefusedError(f"{shown(url)} answered with status {status}")


def address(message: Message) -> str:
    """Where the message goes: SEEDBED_WEBHOOK_URL, else what the file says.

    Raises:
        RefusedError: There is none, or not one of http or https.
    """
    url = secret(URL) or message.to.get("url")
    if not url:
        raise RefusedError(f"its address was in {URL}, which is no longer set")
    try:
        return checked_url(str(url))
    except InputError as error:
        raise RefusedError(str(error).replace(str(url), shown(str(url)))) from None


def check_settings(series: Sequence[Series]) -> None:
    """Refuse settings with which an alarm could never be sent, before any night is run.

    Raises:
        InputError: A webhook has no secret to sign with, or a wrong address.
    """
    try:
        url, key = secret(URL), secret(SECRET)
    except RefusedError as error:
        raise InputError(f"{error}.") from None
    if url:
        try:
            checked_url(url)
        except InputError:
            raise InputError(
                f"{URL} must be an address that begins with https:// or http:// and names a host, "
                f"got {shown(url)}."
            ) from None
    if key is None and (url or any(one.schedule.alarm.webhook for one in series)):
        raise InputError(
            f"A webhook's messages are signed, so {SECRET} or {SECRET}_FILE must be set, but "
            "neither is: set it to a random text that the receiver knows as well."
        )


def signature(key: str, moment: str, body: bytes) -> str:
    """HMAC-SHA256 over ``moment.body``, hex (RFC 2104)."""
    return hmac.new(key.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def shown(url: str) -> str:
    """An address for logs: what follows the host may be a secret."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}/…"
