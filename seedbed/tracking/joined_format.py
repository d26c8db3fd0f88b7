"""How several requests to MLflow's REST API are written as one, for client and server.

A line of JSON lists the requests; their bodies follow one after the other.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from seedbed.system.errors import InputError

PATH = "/api/2.0/seedbed/requests"
VERSION = 1
LARGEST_BODY = 64 * 1024 * 1024
MOST_REQUESTS = 1000
METHODS = ("POST", "PUT")
ALLOWED = ("/api/2.0/mlflow/", "/api/2.0/mlflow-artifacts/artifacts/")
"""How the path of a request begins."""


@dataclass(frozen=True)
class Request:
    """One request.

    Attributes:
        method: POST or PUT.
        path: Of MLflow's REST API.
        type: Of the content.
        body: Its content.
    """

    method: str
    path: str
    type: str
    body: bytes


def body_of(requests: Sequence[Request]) -> bytes:
    """The requests as one body."""
    listed = [
        {"method": one.method, "path": one.path, "type": one.type, "bytes": len(one.body)}
        for one in requests
    ]
    return b"\n".join([json.dumps(listed).encode(), b"".join(one.body for one in requests)])


def requests_of(body: bytes) -> list[Request]:
    """The requests that a body holds.

    Raises:
        InputError: It is not written that way, or holds a request that must come alone.
    """
    line, _, rest = body.partition(b"\n")
    try:
        listed = json.loads(line)
        if not isinstance(listed, list):
            raise TypeError("list")
        found, at = [], 0
        for one in listed:
            method, path, kind, size = (one[key] for key in ("method", "path", "type", "bytes"))
            if not (isinstance(size, int) and size >= 0):
                raise ValueError("bytes")
            found.append(Request(str(method), str(path), str(kind), rest[at : at + size]))
            at += size
    except (ValueError, TypeError, KeyError, RecursionError):
        raise InputError(
            "the body must begin with a line of JSON, a list of requests with method, path, type "
            "and bytes"
        ) from None
    if at != len(rest) or len(found) > MOST_REQUESTS:
        raise InputError(
            f"the body must hold at most {MOST_REQUESTS} requests and exactly their bytes, got "
            f"{len(found)} requests of {at} bytes in {len(rest)} bytes"
        )
    for one in found:
        is_allowed = one.path.startswith(ALLOWED) and ".." not in one.path.split("/")
        if one.method not in METHODS or not is_allowed:
            raise InputError(
                f"a request must be a POST or PUT of MLflow's REST API, got {one.method} {one.path}"
            )
    return found
