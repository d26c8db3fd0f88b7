"""Start a command of Seedbed in a process of its own, which outlives the one that starts it."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from seedbed.system.paths import IMPORT_ROOT, sqlite_file, store_path, tracking_uri
from seedbed.system.processes.child_path import python

SECRETS = ("SEEDBED_WEBHOOK", "SEEDBED_SMTP")
"""Beginnings of the variables that only a process that sends alarms needs."""
NOTHING: Mapping[str, str] = MappingProxyType({})


def start_command(
    arguments: list[str], log: Path, *, alarms: bool = False, more: Mapping[str, str] = NOTHING
) -> subprocess.Popen[bytes]:
    """Start ``python -m seedbed …`` in a session of its own, with the store of this process.

    Args:
        arguments: After ``python -m seedbed``.
        log: File to which its output is added.
        alarms: Whether it may know how to send alarms.
        more: Variables that it gets beside those of this process.

    Raises:
        StoreError: The store's address cannot be used.
    """
    environment = {**os.environ, **store_variables(), **more}
    with log.open("ab") as stream:
        return subprocess.Popen(  # noqa: S603 (our own program)
            [*python(), "-m", "seedbed", *arguments],
            cwd=IMPORT_ROOT,
            env=environment if alarms else without_secrets(environment),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )


def store_variables() -> dict[str, str]:
    """The variables that name this process's store to one with another current folder.

    Raises:
        StoreError: The store's address cannot be used.
    """
    uri = tracking_uri()
    file = sqlite_file(uri)
    if file is not None:
        query = uri.partition("?")[1:]
        uri = f"sqlite:///{file.absolute()}{''.join(query)}"
    elif uri != "databricks" and not uri.startswith("file:") and "://" not in uri:
        uri = str(Path(uri).absolute())
    return {"SEEDBED_STORE": str(store_path()), "MLFLOW_TRACKING_URI": uri}


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for a process that need not send alarms."""
    return {key: value for key, value in environment.items() if not key.startswith(SECRETS)}
