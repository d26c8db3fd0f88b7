"""The service's secrets: their names, where they come from, and which values are refused."""

import os
import re
import secrets
from collections.abc import Iterable, Mapping, MutableMapping
from pathlib import Path

from seedbed.system.errors import InputError

OF_THE_STACK = {
    "POSTGRES_PASSWORD": "PostgreSQL's superuser, used once, to make the databases",
    "MLFLOW_DB_PASSWORD": "the database user mlflow",
    "LEDGER_DB_PASSWORD": "the database user ledger",
    "MLFLOW_ADMIN_PASSWORD": "MLflow's account admin",
    "NIGHTLY_PASSWORD": "MLflow's account nightly",
    "MLFLOW_SECRET_KEY": "what MLflow signs forms with",
    "DASK_TLS": "key and certificate of the Dask cluster, PEM in base64",
}
"""Name → whose it is, of every secret in ``.env``."""

IN_A_PROCESS = (
    *OF_THE_STACK,
    "PGPASSWORD",
    "MLFLOW_AUTH_ADMIN_PASSWORD",
    "MLFLOW_FLASK_SERVER_SECRET_KEY",
    "MLFLOW_TRACKING_PASSWORD",
)
"""Every name under which a process of the service may be given a secret."""

SHORTEST = 12
"""Characters; MLflow takes no shorter password either."""

LEAST_DIFFERENT = 6
"""Characters that must differ from one another."""

_GUESSES = frozenset(
    {
        "password",
        "passwort",
        "secret",
        "changeme",
        "change",
        "replace",
        "admin",
        "administrator",
        "letmein",
        "qwerty",
        "default",
        "example",
        "placeholder",
        "postgres",
        "mlflow",
        "seedbed",
        "nightly",
        "ledger",
        "your",
        "here",
        "this",
        "with",
        "value",
        "me",
        "a",
        "please",
        "set",
        "root",
        "user",
        "test",
        "todo",
        "xxx",
    }
)


def weakness(value: str) -> str | None:
    """Why a secret must not be used, in words that do not show it; None if it may be."""
    if not value.strip():
        return "is not set"
    words = [word for word in re.split(r"[^a-z]+", value.lower()) if word]
    rest = value.lower()
    for guess in sorted(_GUESSES, key=len, reverse=True):
        rest = rest.replace(guess, "")
    if words and all(word in _GUESSES for word in words):
        return "consists of words that an attacker tries first"
    if len(re.sub(r"[^a-z0-9]", "", rest)) < LEAST_DIFFERENT:
        return f"adds fewer than {LEAST_DIFFERENT} characters to words that an attacker tries first"
    if len(value) < SHORTEST:
        return f"has fewer than {SHORTEST} characters"
    if len(set(value)) < LEAST_DIFFERENT:
        return f"has fewer than {LEAST_DIFFERENT} different characters"
    return None


def refuse_weak(environment: Mapping[str, str], required: Iterable[str] = ()) -> None:
    """Refuse to start with a secret that can be guessed.

    Args:
        environment: Of the process.
        required: Names that must be there; of the others, only those that are there are looked at.

    Raises:
        InputError: A secret is missing or weak; its value is not shown.
    """
    needed = set(required)
    for name in IN_A_PROCESS:
        if name not in environment and name not in needed:
            continue
        if reason := weakness(environment.get(name, "")):
            raise InputError(
                f"{name} must be a secret that cannot be guessed, but it {reason}: "
                "`make secrets` writes random ones to .env, "
                "`python -c 'import secrets; print(secrets.token_urlsafe(24))'` prints one."
            )


def read_files(environment: MutableMapping[str, str]) -> None:
    """Where ``NAME_FILE`` names a file, its content becomes ``NAME``.

    Raises:
        InputError: The file cannot be read, or both are given.
    """
    for name in IN_A_PROCESS:
        path = environment.get(f"{name}_FILE")
        if not path:
            continue
        if environment.get(name):
            raise InputError(f"{name} and {name}_FILE must not both be set: leave one of them out.")
        try:
            environment[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"{name}_FILE must name a file with the secret, but {path} cannot be read "
                f"({error}): mount it, readable for the service's user."
            ) from None


def write_env(path: Path, example: Path) -> None:
    """Write ``.env`` from its example, with random secrets, readable for its owner only.

    Raises:
        InputError: It exists already; new secrets would lock the databases of the old ones.
    """
    from seedbed.service.dask_tls import new_certificate

    text = example.read_text(encoding="utf-8")
    for name in OF_THE_STACK:
        value = new_certificate() if name == "DASK_TLS" else secrets.token_urlsafe(24)
        text, found = re.subn(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
        if found != 1:
            raise InputError(f"{example} must name {name} once, but it does {found} times.")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise InputError(
            f"{path} must not exist yet, because databases that were made with its passwords would "
            "not open with new ones: edit it, or move it away if there is no database yet."
        ) from None
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
