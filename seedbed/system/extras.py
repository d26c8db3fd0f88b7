"""Which extra of Seedbed brings a package that is not installed."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager

from seedbed.system.errors import MissingExtraError
from seedbed.system.paths import CLONE

EXTRAS: dict[str, tuple[str, ...]] = {
    "notebook": ("PIL", "matplotlib", "pandas"),
    "mlflow": (
        "alembic",
        "cryptography",
        "jinja2",
        "joblib",
        "markupsafe",
        "mlflow",
        "optuna",
        "psutil",
        "pydantic",
        "pydantic_core",
        "requests",
        "ruamel",
        "sklearn",
        "sqlalchemy",
        "starlette",
        "uvicorn",
    ),
    "train": ("apscheduler", "h5py", "keras", "mlxtend", "skimage", "tensorflow", "tf_keras"),
    "cluster": ("distributed", "psycopg"),
    "service": ("flask_wtf",),
}
"""Each extra's modules. An extra also brings those of the extras above it in this table."""

BEST_KNOWN = ("tensorflow", "mlflow", "distributed", "flask_wtf", "pandas")
"""Modules that a sentence names rather than others that are missing too."""


def require(extra: str) -> None:
    """Check that an extra is installed, before anything of it is used.

    Raises:
        MissingExtraError: A module of it, or of an extra that it builds on, cannot be found.
    """
    missing = []
    for name, modules in EXTRAS.items():
        missing += [module for module in modules if _is_missing(module)]
        if name == extra:
            break
    if missing:
        known = (module for module in BEST_KNOWN if module in missing)
        raise MissingExtraError(_sentence(next(known, missing[0]), extra))


def missing_extra(error: ModuleNotFoundError) -> MissingExtraError | None:
    """The sentence for an import that failed; None if no extra brings the module."""
    module = (error.name or "").partition(".")[0]
    for extra, modules in EXTRAS.items():
        if module in modules and _is_missing(module):
            return MissingExtraError(_sentence(module, extra))
    return None


@contextmanager
def naming_the_extra() -> Iterator[None]:
    """Turn the failed import of an extra's module into the sentence that says what to install.

    Raises:
        MissingExtraError: In place of the ``ModuleNotFoundError``.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        missing = missing_extra(error)
        if missing is None:
            raise
        raise missing from error


def _is_missing(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is None
    except (ImportError, ValueError):  # a finder that refuses it; a module without a spec
        return True


def _installed_from() -> str:
    """`` @ URL`` of the clone, wheel or commit that pip installed; empty if it is not known."""
    import json
    from importlib.metadata import PackageNotFoundError, distribution
    from pathlib import Path
    from urllib.parse import unquote, urlsplit

    try:
        record = distribution("seedbed").read_text("direct_url.json")
    except PackageNotFoundError:
        return ""
    source = json.loads(record) if record else {}
    url, kept = source.get("url", ""), source.get("vcs_info", {})
    if url.startswith("file:") and not Path(unquote(urlsplit(url).path)).exists():
        return ""
    if kept:
        return f" @ {kept['vcs']}+{url}@{kept['commit_id']}"
    return f" @ {url}" if url else ""


def _sentence(module: str, extra: str) -> str:
    fix = f"make -C {CLONE} setup"
    if CLONE is None:
        fix = f'pip install "seedbed[{extra}]{_installed_from()}"'
    return (
        f"This needs the extra {extra!r} of Seedbed, but the package {module} is not installed: "
        f"install it with {fix}"
    )
