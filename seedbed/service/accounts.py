"""MLflow's logins: where they are kept, and the two accounts that the service itself uses.

Accounts are set in the database of MLflow's basic-auth app before its server starts, so a password
that is changed in ``.env`` holds from the next start on, the administrator's too.
"""

import os
from collections.abc import Mapping
from configparser import RawConfigParser
from io import StringIO
from pathlib import Path

from seedbed.service.files import write_private
from seedbed.service.schema import refuse_other_schema
from seedbed.system.errors import InputError, StoreError
from seedbed.system.text.masking import masked

PERMISSIONS = ("READ", "EDIT", "MANAGE", "NO_PERMISSIONS")


def write_auth_config(environment: Mapping[str, str]) -> None:
    """Write the file that ``MLFLOW_AUTH_CONFIG_PATH`` names; without that name, do nothing.

    Raises:
        InputError: A setting is missing or unknown.
    """
    path = environment.get("MLFLOW_AUTH_CONFIG_PATH")
    if not path:
        return
    database = environment.get("MLFLOW_BACKEND_STORE_URI", "")
    if not database.startswith("postgresql"):
        raise InputError(
            "MLFLOW_BACKEND_STORE_URI must be postgresql+psycopg://USER@HOST/DATABASE where logins "
            f"are asked for, got {masked(database)!r}."
        )
    permission = environment.get("DEFAULT_PERMISSION", "READ")
    if permission not in PERMISSIONS:
        raise InputError(
            f"DEFAULT_PERMISSION must be one of {', '.join(PERMISSIONS)}, got {permission!r}: it "
            "is what a user may do with other users' experiments."
        )
    config = RawConfigParser()
    config["mlflow"] = {
        "default_permission": permission,
        "database_uri": database.replace("%", "%%"),  # MLflow's parser interpolates
        "authorization_function": "mlflow.server.auth:authenticate_request_basic_auth",
    }
    text = StringIO()
    config.write(text)
    write_private(Path(path), text.getvalue())


def set_accounts(environment: Mapping[str, str]) -> list[str]:
    """Make the accounts ``admin`` and ``nightly``, or give them the environment's passwords.

    Returns:
        One sentence for each account that was made or changed.

    Raises:
        StoreError: The database cannot be reached, or MLflow's tables in it are of another version.
    """
    os.environ.setdefault("MLFLOW_SQLALCHEMYSTORE_POOL_SIZE", "1")
    from mlflow.exceptions import MlflowException
    from mlflow.server.auth.sqlalchemy_store import SqlAlchemyStore
    from sqlalchemy.exc import SQLAlchemyError

    uri = environment["MLFLOW_BACKEND_STORE_URI"]
    wanted = [
        ("admin", environment["MLFLOW_ADMIN_PASSWORD"], True),
        ("nightly", environment["NIGHTLY_PASSWORD"], False),
    ]
    done = []
    store = SqlAlchemyStore()
    try:
        refuse_other_schema(uri)
        store.init_db(uri)  # type: ignore[no-untyped-call]
        for name, password, is_admin in wanted:
            if not store.has_user(name):
                store.create_user(name, password, is_admin)
                done.append(f"The account {name} was created.")
            elif not store.authenticate_user(name, password):
                store.update_user(name, password=password)
                done.append(f"The account {name} now has the password of .env.")
    except (SQLAlchemyError, MlflowException) as error:
        said = masked(str(error)).splitlines()[0]
        raise StoreError(
            f"MLflow's accounts are kept in {masked(uri)}, which must be reachable and writable, "
            f"but it answered: {said}."
        ) from error
    return done
