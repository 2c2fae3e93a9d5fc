"""The files of jobs."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class ArtifactMissing(Exception):
    """There is no artifact with that key."""


@dataclass(frozen=True)
class StoredFile:
    """An artifact as it is listed."""

    key: str
    size: int  # in bytes
    modified_at: float  # seconds since 1970, in UTC, by the clock of the store


@dataclass(frozen=True)
class UploadUrl:
    """Where a file may be sent straight to the store."""

    url: str
    headers: Mapping[str, str]  # that the store demands beside the length


class ArtifactStore(Protocol):
    """Keeps files under keys such as `user/job/life/attempt-1/script.py`; each is there whole or not at all.

    Every call may raise StoreUnavailable, and ValueError for a key that is no path of plain names.
    """

    kind: str  # such as "folder"

    async def put(self, key: str, content: bytes | Path) -> None:
        """Store bytes, or a copy of a file, in place of what the key held before."""
        ...

    def read(self, key: str) -> AsyncIterator[bytes]:
        """Yield the content in pieces of at most 1 MiB.

        Raises:
            ArtifactMissing: there is no such key.
        """
        ...

    async def fetch(self, key: str, target: Path) -> None:
        """Write the content to a new file.

        Raises:
            ArtifactMissing: there is no such key.
        """
        ...

    def list(self, prefix: str) -> AsyncIterator[Sequence[StoredFile]]:
        """Yield what lies below a prefix that ends with a slash, or everything when it is empty.

        It comes in pages of at most 1,000, in no order. What is stored or removed meanwhile may be listed or not.
        """
        ...

    async def remove(self, keys: Collection[str]) -> None:
        """Delete artifacts; one that is not there is no error.

        Raises:
            RemovalRefused: the store keeps some, for good or for a while; all others are gone.
        """
        ...

    async def delete(self, prefix: str) -> None:
        """Delete everything below a prefix that ends with a slash; nothing there is no error.

        Raises:
            RemovalRefused: as when they are removed.
        """
        ...

    async def tidy(self, seconds: float) -> None:
        """Delete what is left of writes that were interrupted, when they began at least so many seconds ago."""
        ...

    async def upload_url(self, key: str, size: int, seconds: float) -> UploadUrl | None:
        """Return where a file of exactly so many bytes may be PUT for a while; None when the store has no such way."""
        ...

    async def download_url(self, key: str, seconds: float, *, disposition: str, content_type: str) -> str | None:
        """Return where the content may be read for a while, with these headers; None when the store has no such way."""
        ...

    async def close(self) -> None:
        """Let calls end, and let go of connections."""
        ...
