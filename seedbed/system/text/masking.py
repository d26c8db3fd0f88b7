"""Passwords and tokens, kept out of sentences, logs, records and tracebacks."""

import os
import re
from urllib.parse import unquote

HIDDEN = "***"
URLS = ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "SEEDBED_LEDGER")
"""Variables whose URL may carry a password."""

SECRETS = ("MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN", "PGPASSWORD")
"""Variables that are secret as a whole."""

SHORTEST = 4
"""Characters; a shorter secret would be found in every other word."""

_USER = r"(://)(?!/)[^\s'\"<>]*@"  # no user stands before a path, as in sqlite:///a@b
_FIELD = r"(?i:((?:password|passwd|token|secret|api_key)=)[^&\s'\"]+)"
"""As the one above, compiled when it is used: most commands do without."""


def masked(text: str) -> str:
    """The text without the passwords and tokens of its URLs, and without those in use now."""
    text = re.sub(_FIELD, rf"\1{HIDDEN}", re.sub(_USER, rf"\1{HIDDEN}@", text))
    for secret in sorted(_in_use(), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def password_of(url: str) -> str | None:
    """The password that a URL carries, before its host or as a parameter; None without one."""
    before, found, _ = url.partition("://")[2].rpartition("@")
    if found and ":" in before:
        return before.partition(":")[2] or None
    field = re.search(_FIELD, url)
    return field.group(0).partition("=")[2] if field else None


def _in_use() -> set[str]:
    given = {os.environ.get(name, "") for name in SECRETS}
    for name in URLS:
        given.add(password_of(os.environ.get(name, "")) or "")
    given |= {unquote(secret) for secret in given}
    return {secret for secret in given if len(secret) >= SHORTEST}
