"""Where the databases differ within a transaction."""

import time

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session


def now(session: Session) -> float:
    """Return the time in seconds since 1970, by the clock that all who share the database share."""
    if is_postgresql(session):
        return float(session.scalar(select(func.extract("epoch", func.clock_timestamp()))) or 0)
    return time.time()


def take_turns(session: Session, number: int) -> None:
    """Wait until no other transaction that took this number is under way; on SQLite that is so of itself."""
    if is_postgresql(session):
        session.execute(select(func.pg_advisory_xact_lock(number)))


def is_postgresql(session: Session) -> bool:
    """Tell which of the two databases this is."""
    return session.get_bind().dialect.name == "postgresql"


def version(session: Session) -> str:
    """Return the version of the program that keeps the database."""
    return str(session.scalar(text("SHOW server_version") if is_postgresql(session) else select(func.sqlite_version())))


def others_connected(session: Session) -> int:
    """Count the connections of other processes of this program, as far as the database knows of any."""
    if not is_postgresql(session):
        return 0
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    ours = "application_name = current_setting('application_name')"
    return session.scalar(text(f"SELECT count(*) FROM pg_stat_activity WHERE {others} AND {ours}")) or 0
