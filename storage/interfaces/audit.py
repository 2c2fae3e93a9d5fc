"""Who did what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

BY_THE_SERVER = "server"  # stands in an entry in place of a key


@dataclass(frozen=True)
class AuditEntry:
    """Who did what. No content of files or of requests is in it."""

    at: float  # seconds since 1970, in UTC
    key_id: str  # or what did it without a key, such as "retention"
    action: str  # such as "train"
    user_id: str = ""
    job_id: str = ""  # empty: all jobs of the user, or none
    detail: str = ""  # such as the id of a key that was made


class AuditLog(Protocol):
    """Keeps who did what, in the order in which it was noted. Every call may raise StoreUnavailable."""

    async def record(self, entries: Sequence[AuditEntry]) -> None:
        """Add entries."""
        ...

    async def entries(
        self, *, user_id: str = "", job_id: str = "", key_id: str = "", since: float = 0.0, limit: int | None = None
    ) -> list[AuditEntry]:
        """Return entries, the newest first: those of a user, of a job, of a key, and since a time, where given."""
        ...

    async def forget(self, seconds: float) -> None:
        """Delete entries that are more than so many seconds old."""
        ...

    async def close(self) -> None:
        """Let calls come to their end."""
        ...
