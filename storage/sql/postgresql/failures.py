"""What the errors of PostgreSQL and of its driver mean: whether it pays to try again, and what there is to mend."""

import errno
import os
import ssl

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from storage.interfaces import OutcomeUnknown, StoreUnavailable

LOST = (
    "08",  # the connection is gone
    "57P",  # the server stops, starts, or has crashed
    "53300",  # it has no connection left
    "25P03",  # it gave up waiting for the next statement of a transaction
    "25006",  # it is no primary any more, and takes no changes
)
"""How the codes of errors begin after which nothing more can be done with a connection."""

PASSING = (
    "40001",  # another transaction has changed the same rows
    "40P01",  # each of two waited for the other
    "57014",  # a statement took too long, or waited too long for another transaction
    "53200",  # no memory is left
)
DUPLICATE = "23505"  # another transaction has just added the same row, unless it is this one that always does
DISK_FULL = "53100"

HINTS = {
    "28": "correct the user or the password in the URL, or allow the connection in pg_hba.conf",
    "3D000": "create it, or correct the end of the URL",
    "3F000": "create the schema, or correct search_path",
    "42501": "let the user create tables there, such as by making it the owner of the database",
    "42704": "leave it out of the URL, whose other settings are the server's own",
}
"""What to do about errors that do not pass by themselves, by how their codes begin."""

UNREADABLE = (ValueError, IndexError, OverflowError)
"""What the driver raises for a URL that is none; the text may be a part of the password."""

FAILURES = (OSError, *UNREADABLE, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What the driver raises where no connection is made."""


class ConnectionRefused(StoreUnavailable):
    """No connection is made, and trying again in a moment will not help."""


def may_pass(error: Exception) -> bool:
    """Tell whether the same transaction may succeed in a moment."""
    if isinstance(error, StoreUnavailable):
        return not isinstance(error, ConnectionRefused | OutcomeUnknown)
    return isinstance(error, NoConnectionFree) or is_lost(error) or state(error) in (*PASSING, DUPLICATE)


def is_lost(error: Exception) -> bool:
    """Tell whether nothing more can be done with the connection."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or state(error).startswith(LOST)
    return isinstance(error, OSError)  # TimeoutError among them


def is_duplicate(error: Exception) -> bool:
    """Tell whether a row is there already, as it is when another transaction was faster."""
    return state(error) == DUPLICATE


def told(error: Exception) -> Exception:
    """Return an error as whoever asked for the transaction is to know it."""
    if state(error) == DISK_FULL:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if isinstance(error, StoreUnavailable) or is_duplicate(error) or not may_pass(error):
        return error
    return StoreUnavailable(f"the database cannot be reached: {reason(error)}")


def refusal(error: Exception) -> StoreUnavailable:
    """Say why no connection was made."""
    if isinstance(error, asyncpg.PostgresError):
        return (StoreUnavailable if state(error).startswith(LOST) else ConnectionRefused)(explained(error))
    if isinstance(error, ssl.SSLCertVerificationError):
        return ConnectionRefused(f"it is not trusted: {error.verify_message}; name its authority with sslrootcert")
    if isinstance(error, asyncpg.ClientConfigurationError):
        return ConnectionRefused(reason(error))
    if isinstance(error, UNREADABLE):
        hint = "in user and password write %40 for @, %2F for / and so on, and see whether there is such a port"
        return ConnectionRefused(f"the URL cannot be read; {hint}")
    if "rejected SSL" in str(error):  # which the driver also says of a server that stops at this moment
        return StoreUnavailable(f"it does not speak TLS as sslmode demands: {reason(error)}")
    return StoreUnavailable(f"{reason(error)}; does it run, and are host and port in the URL right?")


def explained(error: BaseException) -> str:
    """Say what went wrong and, where that is known, what to do about it."""
    hints = [hint for begin, hint in HINTS.items() if state(error).startswith(begin)]
    return "; ".join([reason(error), *hints])


def state(error: BaseException) -> str:
    """Return the five letters by which PostgreSQL names an error; empty for any other error."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) or ""


def reason(error: BaseException) -> str:
    """Say in a line what went wrong, as the driver says it."""
    if isinstance(error, NoConnectionFree):
        return "all connections of this server's pool are in use, and none becomes free"
    said = str(getattr(error, "orig", None) or error)
    return said.splitlines()[0] if said else "it does not answer"
