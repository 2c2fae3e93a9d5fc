"""The keys that open data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class StoredKey:
    """A key that opens some clients' data, without the key itself. Times are seconds since 1970, in UTC."""

    key_id: str  # public: names the key in lists and logs
    digest: bytes  # the key's SHA-256
    clients: frozenset[str]  # client ids, or "*" alone for all
    label: str
    created_at: float
    expires_at: float | None = None
    last_used_at: float | None = None
    revoked_at: float | None = None
    revision: int = 0  # grows with each change of any key; given by the store


class KeyStore(Protocol):
    """Keeps the keys that were made, the revoked ones too. Processes that go by them read what has changed.

    Every call may raise StoreUnavailable. Additions and revocations stand in the audit trail.
    """

    async def add(self, key: StoredKey, by: str = "") -> None:
        """Store a new key."""
        ...

    async def add_first(self, key: StoredKey, by: str = "") -> bool:
        """Store a key if there is none at all, and tell whether it was stored."""
        ...

    async def list_keys(self) -> list[StoredKey]:
        """Return all keys, the oldest first."""
        ...

    async def revoke(self, key_id: str, revoked_at: float, by: str = "") -> StoredKey | None:
        """Revoke a key for good and return it with the time of its first revocation; None when it is unknown."""
        ...

    async def changes(self, after_revision: int) -> list[StoredKey]:
        """Return the keys that were added or revoked after a revision, in the order of their revisions."""
        ...

    async def used(self, times: Mapping[str, float]) -> None:
        """Note when keys were last used, by their ids; this is no change of the keys."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
