"""Whether MLflow's tables are of the version that this MLflow needs."""

from seedbed.system.errors import StoreError
from seedbed.tracking.mlflow_private import table_versions


def refuse_other_schema(uri: str) -> None:
    """Let MLflow's server start on its own tables only, or on a database without any.

    By itself it refuses an older schema in some cases, and in others (where the newer one has
    another table) it migrates at once, without asking and without a backup.

    Args:
        uri: Address of MLflow's database, for SQLAlchemy.

    Raises:
        StoreError: The schema is older, or newer, than this MLflow's.
        sqlalchemy.exc.SQLAlchemyError: The database cannot be reached.
    """
    import sqlalchemy
    from alembic.migration import MigrationContext

    engine = sqlalchemy.create_engine(uri, poolclass=sqlalchemy.pool.NullPool)
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    scripts = table_versions()
    wanted = scripts.get_current_head()
    if found in (None, wanted):
        return
    if found in {script.revision for script in scripts.walk_revisions()}:
        raise StoreError(
            f"MLflow's database must have the schema of this MLflow ({wanted}), but has an older "
            f"one ({found}): make a backup, then migrate it (docker compose run --rm upgrade)."
        )
    raise StoreError(
        f"MLflow's database must have the schema of this MLflow ({wanted}), but has one that it "
        f"does not know ({found}), of a newer MLflow: go back to that one, or restore a backup."
    )
