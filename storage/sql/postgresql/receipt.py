"""What a transaction keeps to find out, when its commit is never answered, whether it was committed.

PostgreSQL tells that of a transaction by its number, but for one trap: a crash forgets numbers of which nothing had
reached the disk, and gives them away again. So where the log stood is kept too. A transaction that stood behind the end
of what was recovered afterwards is gone, whatever has become of its number. The same holds for a standby that was made
the primary before it had received everything.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from storage.interfaces import StoreUnavailable

TELL = text(
    "SELECT CAST(pg_current_xact_id_if_assigned() AS text), CAST(pg_current_wal_insert_lsn() AS text),"
    " CAST(pg_last_wal_replay_lsn() AS text),"
    " (SELECT count(pg_notify(:channel, ring)) FROM unnest(CAST(:rings AS text[])) AS ring)"
)
FATE = text(
    "SELECT CASE WHEN pg_last_wal_replay_lsn() IS DISTINCT FROM CAST(CAST(:recovered AS text) AS pg_lsn)"
    " AND pg_last_wal_replay_lsn() < CAST(CAST(:position AS text) AS pg_lsn) THEN 'aborted'"
    " ELSE pg_xact_status(CAST(CAST(:number AS text) AS xid8)) END"
)
COMMITTED = {"committed": True, "aborted": False}


class Receipt(NamedTuple):
    """A transaction that is about to be committed, as the database knows it."""

    number: str
    position: str  # where its log ended, after all that the transaction has written
    recovered: str | None  # where its log ended when it last recovered from a crash


def tell(session: Session, channel: str, rings: Sequence[str]) -> Receipt | None:
    """Have others told, once the session's transaction is committed, and return its receipt; None: it changed nothing.

    Both take one journey to the database.
    """
    number, position, recovered, _ = session.execute(TELL, {"channel": channel, "rings": rings}).one()
    return Receipt(number, position, recovered) if number else None


def was_committed(connection: Connection, receipt: Receipt) -> bool:
    """Tell whether a transaction was committed.

    Raises:
        StoreUnavailable: it is still being committed.
    """
    fate = connection.scalar(FATE, receipt._asdict())
    if fate not in COMMITTED:
        raise StoreUnavailable(f"the database says of its transaction {receipt.number}: {fate}")
    return COMMITTED[fate]
