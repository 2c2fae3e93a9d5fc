"""Artifacts as objects in a bucket of S3."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterator, Sequence
from contextlib import aclosing, contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Self

from storage import transfers
from storage.artifact_key import OF_A_JOB, check_key, check_prefix
from storage.interfaces import RemovalRefused, StoredFile, UploadUrl
from storage.pages import remove_pages
from storage.s3.bucket import Bucket
from storage.s3.download import Download
from storage.s3.failures import spoken
from storage.s3.listing import OBJECTS, UPLOADS, pages
from storage.s3.settings import S3Settings
from storage.s3.upload import PART_BYTES, Upload, abort, part

PAGE_OBJECTS = 1000  # that S3 lists or deletes in one call
ONE_BY_ONE = {"NotImplemented", "MethodNotAllowed", "MissingContentMD5", "InvalidRequest", "MalformedXML"}
"""What a store answers that cannot delete many objects at once, or not those of a strange name."""

DENIED = "AccessDenied"  # also for an object under a lock


class S3ArtifactStore:
    """An ArtifactStore whose keys are those of the objects in a bucket, which should hold nothing else."""

    kind = "s3"

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    @classmethod
    async def open(cls, settings: S3Settings) -> Self:
        """Open the store.

        Raises:
            BucketUnusable: the bucket cannot be used.
        """
        return cls(await Bucket.open(settings))

    async def put(self, key: str, content: bytes | Path) -> None:
        """See ArtifactStore; a caller who leaves ends it."""
        check_key(key)
        size = len(content) if isinstance(content, bytes) else (await asyncio.to_thread(content.stat)).st_size
        async with self._bucket.working():
            if size > PART_BYTES:
                await Upload(self._bucket, key, content, size).send()
            else:
                whole = await asyncio.to_thread(part, content, 1)
                await self._bucket.ask("put_object", Key=key, **whole, **self._bucket.settings.encryption_parameters)

    async def read(self, key: str) -> AsyncGenerator[bytes]:
        """See ArtifactStore."""
        check_key(key)
        download = Download(self._bucket, key)
        try:
            while piece := await download.piece():
                yield piece
        finally:
            download.close()

    async def fetch(self, key: str, target: Path) -> None:
        """See ArtifactStore."""
        async with self._bucket.working(), aclosing(self.read(key)) as pieces:
            first = await anext(pieces, b"")  # so that no file is made of what is missing
            with new_file(target) as file:
                await asyncio.to_thread(file.write, first)
                async for piece in pieces:
                    await asyncio.to_thread(file.write, piece)

    async def list(self, prefix: str) -> AsyncIterator[Sequence[StoredFile]]:
        """See ArtifactStore."""
        if prefix:
            check_prefix(prefix)
        async for page in pages(self._bucket, OBJECTS, Prefix=prefix, MaxKeys=PAGE_OBJECTS):
            yield [StoredFile(one["Key"], one["Size"], one["LastModified"].timestamp()) for one in page]

    async def remove(self, keys: Collection[str]) -> None:
        """See ArtifactStore; whatever was listed can be removed, also what others have stored under a strange key."""
        remaining = iter(keys)
        refusals: list[str] = []
        while page := tuple(islice(remaining, PAGE_OBJECTS)):
            refusals += await self._refusals(page)
        if refusals:
            place = self._bucket.settings.place
            raise RemovalRefused(f"{len(refusals)} objects cannot be deleted from {place}, the first for {refusals[0]}")

    async def _refusals(self, keys: Sequence[str]) -> Sequence[str]:
        """Delete objects, by one call where the store can do that, and return why it keeps some of them."""
        if len(keys) > 1:
            objects = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
            answer = await self._bucket.ask_whether("delete_objects", ONE_BY_ONE, Delete=objects)
            if answer is not None:
                return [spoken(error.get("Code")) for error in answer.get("Errors", ())]
        return [DENIED for key in keys if not await self._is_deleted(key)]

    async def _is_deleted(self, key: str) -> bool:
        """Delete an object, unless the store keeps it."""
        return await self._bucket.ask_whether("delete_object", {DENIED}, Key=key) is not None

    async def delete(self, prefix: str) -> None:
        """See ArtifactStore."""
        check_prefix(prefix)
        async with self._bucket.working():
            await remove_pages(self.list(prefix), lambda page: self.remove([file.key for file in page]))

    async def tidy(self, seconds: float) -> None:
        """See ArtifactStore; other programs' uploads may take as long as they like."""
        before = time.time() - seconds
        async for page in pages(self._bucket, UPLOADS):
            for upload in page:
                if upload["Initiated"].timestamp() <= before and is_ours(upload["Key"]):
                    await abort(self._bucket, upload["Key"], upload["UploadId"])

    async def upload_url(self, key: str, size: int, seconds: float) -> UploadUrl:
        """See ArtifactStore."""
        check_key(key)
        settings = self._bucket.settings
        wanted = {"Key": key, "ContentLength": size, **settings.encryption_parameters}
        return UploadUrl(await self._bucket.signed_url("put_object", seconds, **wanted), settings.encryption_headers)

    async def download_url(self, key: str, seconds: float, *, disposition: str, content_type: str) -> str:
        """See ArtifactStore."""
        check_key(key)
        answer = {"ResponseContentDisposition": disposition, "ResponseContentType": content_type}
        return await self._bucket.signed_url("get_object", seconds, Key=key, **answer)

    async def close(self) -> None:
        """See ArtifactStore."""
        await self._bucket.close()


def is_ours(key: str) -> bool:
    """Tell whether the key is one that this program sends files to."""
    return key.startswith((transfers.UPLOADS, transfers.DOWNLOADS)) or bool(OF_A_JOB.fullmatch(key))


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that nothing is left of when it is not written to its end."""
    with path.open("xb") as file:
        try:
            yield file
        except BaseException:
            path.unlink()
            raise
