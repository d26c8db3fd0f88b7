"""What is saved and restored: two databases, the artifacts, the store of the nightly sweeps."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from seedbed.system.errors import InputError
from seedbed.system.text.masking import masked


@dataclass(frozen=True)
class Database:
    """One database, for PostgreSQL's client programs.

    Attributes:
        name: ``ledger`` or ``mlflow``.
        url: Without a password, so that it may stand in a command line.
        password: Goes to the programs by environment; None where none is needed.
    """

    name: str
    url: str
    password: str | None

    @classmethod
    def of(cls, name: str, variable: str, environment: Mapping[str, str]) -> "Database":
        """The database that a variable names.

        Raises:
            InputError: It names none.
        """
        given = environment.get(variable, "")
        parts = urlsplit(given)
        if not parts.scheme.startswith("postgresql") or not parts.path.strip("/"):
            raise InputError(
                f"{variable} must be postgresql://USER@HOST/DATABASE, got {masked(given)!r}: it "
                f"says where the database {name} is."
            )
        user, _, host = parts.netloc.rpartition("@")
        user, _, password = user.partition(":")
        host = f"{user}@{host}" if user else host
        query = f"?{parts.query}" if parts.query else ""
        secret = unquote(password) or environment.get(f"{name.upper()}_DB_PASSWORD")
        return cls(name, f"postgresql://{host}{parts.path}{query}", secret or None)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a client program."""
        more = {"PGPASSWORD": self.password} if self.password else {}
        return {**os.environ, **more, "PGAPPNAME": "seedbed backup", "PGCONNECT_TIMEOUT": "15"}


@dataclass(frozen=True)
class Places:
    """Where everything is.

    Attributes:
        ledger: The ledger's database.
        mlflow: MLflow's database, logins included.
        artifacts: MLflow's artifacts; None where they are in S3-compatible storage.
        elsewhere: That storage's address, or empty.
        store: ``SEEDBED_STORE`` of the nightly sweeps: records on their way, and nights.
    """

    ledger: Database
    mlflow: Database
    artifacts: Path | None
    elsewhere: str
    store: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Places":
        """The places that the environment names.

        Raises:
            InputError: One is not named.
        """
        artifacts = environment.get("MLFLOW_ARTIFACTS_DESTINATION", "")
        store = environment.get("SEEDBED_STORE", "")
        if not artifacts or not store:
            name = "SEEDBED_STORE" if artifacts else "MLFLOW_ARTIFACTS_DESTINATION"
            raise InputError(f"{name} must be set to the folder that is to be saved or restored.")
        remote = "://" in artifacts and not artifacts.startswith("file:")
        return cls(
            Database.of("ledger", "SEEDBED_LEDGER", environment),
            Database.of("mlflow", "MLFLOW_BACKEND_STORE_URI", environment),
            None if remote else Path(artifacts.removeprefix("file://")),
            artifacts if remote else "",
            Path(store),
        )

    @property
    def folders(self) -> dict[str, Path]:
        """Name in the backup → folder."""
        artifacts = {"artifacts": self.artifacts} if self.artifacts else {}
        return {**artifacts, "store": self.store}
