"""Looks whether the bucket that keeps files allows what the server does with it."""

import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress

from server.ailment import Ailment
from server.operating import is_there, open_and_do
from server.settings import Settings
from server.stores import artifact_store
from storage.interfaces import ArtifactStore, StoreUnavailable
from storage.ownership import FilesOfAnotherDatabase, check_ownership
from storage.s3.settings import BucketUnusable
from storage.sql.chores import known_begin
from storage.sql.database import DatabaseUnusable

DAY = 24 * 3600.0


async def bucket(settings: Settings) -> str:
    """Store a file in the bucket, read it and delete it, and look whose files the others are.

    Raises:
        Ailment: the bucket cannot be used.
    """
    try:
        store = await artifact_store(settings)
    except BucketUnusable as unusable:
        raise Ailment(unusable.found, unusable.mend) from None
    key = f".doctor/{uuid.uuid4().hex}"  # no user's: no id begins with a dot
    try:
        await try_rights(store, key)
        return settings.s3.place + await owner(store, settings)
    finally:
        with suppress(StoreUnavailable):
            await store.remove([key])
        await store.close()


async def owner(store: ArtifactStore, settings: Settings) -> str:
    """Make sure that a server would start on the bucket; return what is to be said of that.

    Raises:
        Ailment: the files belong to another database.
    """
    try:
        known = is_there(settings)
        begun_at = await open_and_do(settings, lambda database: database.read(known_begin)) if known else None
        await check_ownership(store, begun_at)
    except FilesOfAnotherDatabase as others:
        raise Ailment(others.found, others.mend) from None
    except (DatabaseUnusable, StoreUnavailable):
        return "; whether its files belong to the database cannot be seen"
    return ""


async def try_rights(store: ArtifactStore, key: str) -> None:
    """Do with a file what the server does with files.

    Raises:
        Ailment: naming the right that seems to be missing.
    """
    steps: dict[str, Callable[[], Awaitable[object]]] = {
        "s3:PutObject": lambda: store.put(key, b"written by csv-converter doctor"),
        "s3:GetObject": lambda: anext(aiter(store.read(key))),
        "s3:ListBucketMultipartUploads": lambda: store.tidy(DAY),
        "s3:DeleteObject": lambda: store.remove([key]),
    }
    for right, step in steps.items():
        try:
            await step()
        except StoreUnavailable as failure:
            raise Ailment(str(failure), f"see whether the key lacks {right}") from None
