"""One object on its way into a bucket."""

import asyncio
import base64
import hashlib
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from storage.interfaces import StoreUnavailable
from storage.s3.bucket import Bucket

PART_BYTES = 8 * 1024 * 1024
PARTS_AT_ONCE = 3  # of one upload, in memory and on their way
JOINED = ("NoSuchUpload", "InvalidPart")  # what stores say of an upload whose parts they have joined already
NOT_FOUND = ("404", "NoSuchKey")  # the answer to HEAD has no body that could say more
ABORT_SECONDS = 5.0  # less than a server that stops may take


class Upload:
    """Sends a content in parts, which are there together when all have come, or not at all."""

    def __init__(self, bucket: Bucket, key: str, content: bytes | Path, size: int) -> None:
        self._bucket = bucket
        self._key = key
        self._content = content
        self._size = size

    async def send(self) -> None:
        """Send it.

        Raises:
            OSError: the file cannot be read.
            StoreUnavailable: the store does not take it.
        """
        begun = await self._bucket.ask(
            "create_multipart_upload", Key=self._key, **self._bucket.settings.encryption_parameters
        )
        upload = {"Key": self._key, "UploadId": begun["UploadId"]}
        try:
            await self._complete(upload, await self._send_parts(upload))
        except BaseException:
            await abort(self._bucket, self._key, upload["UploadId"])
            raise

    async def _send_parts(self, upload: Mapping[str, str]) -> list[dict[str, object]]:
        """Send the parts, a few at the same time, and return what the store calls them."""
        tags: dict[int, str] = {}
        numbers = iter(range(1, math.ceil(self._size / PART_BYTES) + 1))

        async def send_one_after_the_other() -> None:
            for number in numbers:
                piece = await asyncio.to_thread(part, self._content, number)
                sent = await self._bucket.ask("upload_part", **upload, PartNumber=number, **piece)
                tags[number] = sent["ETag"]

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(PARTS_AT_ONCE):
                    group.create_task(send_one_after_the_other())
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return [{"PartNumber": number, "ETag": tag} for number, tag in sorted(tags.items())]

    async def _complete(self, upload: Mapping[str, str], parts: Sequence[Mapping[str, object]]) -> None:
        """Have the store join the parts; a store that has done so, and is asked again, knows the upload no more."""
        joined = await self._bucket.ask_whether(
            "complete_multipart_upload", JOINED, **upload, MultipartUpload={"Parts": parts}
        )
        if joined is None:
            found = await self._bucket.ask_whether("head_object", NOT_FOUND, Key=self._key) or {}
            if found.get("ContentLength") != self._size:
                raise StoreUnavailable(f"{self._bucket.settings.place} has forgotten an upload: send it again")


async def abort(bucket: Bucket, key: str, upload_id: str) -> None:
    """Have the store forget the parts of an upload; when it does not answer soon, this can be done later."""
    with suppress(StoreUnavailable, TimeoutError):
        async with asyncio.timeout(ABORT_SECONDS):
            await bucket.ask("abort_multipart_upload", Key=key, UploadId=upload_id)


def part(content: bytes | Path, number: int) -> dict[str, Any]:
    """Return how one part of the content is sent; the first has number 1."""
    beginning = (number - 1) * PART_BYTES
    if isinstance(content, bytes):
        return body(content[beginning : beginning + PART_BYTES])
    with content.open("rb") as file:
        file.seek(beginning)
        return body(file.read(PART_BYTES))


def body(content: bytes) -> dict[str, Any]:
    """Return how bytes are sent: with a digest for the store to compare, which takes a while to compute."""
    digest = hashlib.md5(content, usedforsecurity=False).digest()
    return {"Body": BytesIO(content), "ContentMD5": base64.b64encode(digest).decode()}
