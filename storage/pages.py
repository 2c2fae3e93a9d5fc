"""Removes files page after page."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from storage.interfaces import RemovalRefused, StoredFile


async def remove_pages(
    pages: AsyncIterator[Sequence[StoredFile]], remove: Callable[[Sequence[StoredFile]], Awaitable[None]]
) -> None:
    """Remove what each page calls for, also past files that the store keeps; when it is away, that is the end.

    Raises:
        RemovalRefused: the first of them, when all the others are gone.
    """
    first: RemovalRefused | None = None
    async for page in pages:
        try:
            await remove(page)
        except RemovalRefused as refusal:
            first = first or refusal
    if first:
        raise first
