"""The steps from one set of tables to the next (Alembic), and what brings a database up to date.

Alembic is imported only when there is something to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from outbox import texts
from outbox.database import Database
from outbox.errors import OutboxSchemaError

HEAD = "0009"
"""The revision that this code works with; a test holds it to the newest file in `versions/`."""


def bring_up_to_date(database: Database) -> None:
    """Run what steps are missing, in one transaction under a lock. Raises OutboxSchemaError; then nothing changed."""
    if database.read(revision) != HEAD:
        database.write(lambda connection: _upgrade(database, connection))


def check_up_to_date(database: Database) -> None:
    """Raise OutboxSchemaError unless the tables are the ones that this code works with."""
    found = database.read(revision)
    if found != HEAD:
        _refuse_newer(found)
        raise OutboxSchemaError(texts.SCHEMA_MISSING.format(found=found or "—", known=HEAD))


def revision(connection: Connection) -> str | None:
    """Return the number of the last step that was run; None for a database without tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _refuse_newer(found: str | None) -> None:
    # Revisions are numbered, so that this needs no list of them.
    if found is not None and found > HEAD:
        raise OutboxSchemaError(texts.SCHEMA_NEWER.format(found=found, known=HEAD))


def _upgrade(database: Database, connection: Connection) -> None:
    database.serialise(connection, "outbox migrations")
    found = revision(connection)  # another process may have been first
    if found == HEAD:
        return
    _refuse_newer(found)
    upgrade(connection)


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the steps up to a revision, in the transaction of the connection. Raises OutboxSchemaError."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise OutboxSchemaError(texts.SCHEMA_FAILED.format(reason=error)) from error
    except DBAPIError as error:
        raise OutboxSchemaError(texts.SCHEMA_FAILED.format(reason=error.orig)) from error
