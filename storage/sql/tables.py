"""Brings the tables of a database up to date."""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from storage.sql.database import DatabaseUnusable


def migrate(connection: Connection) -> None:
    """Apply the migrations that are missing, in the connection's transaction; the caller lets nobody else do so.

    Raises:
        DatabaseUnusable: a newer version of this program has changed the tables.
    """
    config = Config()
    config.set_main_option("script_location", "storage.sql:migrations")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        hint = "was it written by a newer version of this program?"
        raise DatabaseUnusable(f"the tables cannot be brought up to date: {error}; {hint}") from error
