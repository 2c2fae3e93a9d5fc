"""One bucket, and the one client through which this process reaches it."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from functools import cache
from typing import Any, Self

import structlog
from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from botocore.exceptions import ClientError

from storage.interfaces import ArtifactMissing, StoreUnavailable
from storage.s3.failures import FAILURES, REFUSALS, code_of, explained
from storage.s3.settings import BucketUnusable, S3Settings

log = structlog.get_logger(__name__)

TRIES = 3  # of each call, the first among them
CONNECTIONS = 100
CLOSE_SECONDS = 5.0  # less than a server that stops may take
DEFAULT_REGION = "us-east-1"  # where Amazon tells in which region a bucket is; most others do not care


@cache
def session() -> AioSession:
    """Return what makes all clients of this process; it takes a tenth of a second to read how S3 is spoken."""
    return AioSession()


class Bucket:
    """A bucket that has answered."""

    def __init__(self, client: Any, signer: Any, settings: S3Settings, parts: AsyncExitStack) -> None:
        """Take the client, the one that signs addresses for others, the settings, and what ends with it."""
        self.settings = settings
        self._client = client
        self._signer = signer
        self._parts = parts
        self._works = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @classmethod
    async def open(cls, settings: S3Settings) -> Self:
        """Look whether the bucket is there and whether its store takes the credentials.

        Raises:
            BucketUnusable: it cannot be used.
        """
        try:
            async with AsyncExitStack() as parts, asyncio.timeout(settings.call_seconds):
                client = signer = await parts.enter_async_context(session().create_client("s3", **options(settings)))
                if settings.public_url:
                    public = options(replace(settings, endpoint_url=settings.public_url))
                    signer = await parts.enter_async_context(session().create_client("s3", **public))
                await client.list_objects_v2(Bucket=settings.bucket, MaxKeys=1)
                return cls(client, signer, settings, parts.pop_all())
        except (*FAILURES, ValueError) as failure:
            raise BucketUnusable(*explained(failure, settings)) from None

    async def close(self) -> None:
        """Let work end for a while, and close all connections."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), CLOSE_SECONDS)
        await self._parts.aclose()

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Keep the bucket open until this has ended."""
        self._works += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._works -= 1
            if not self._works:
                self._idle.set()

    async def ask(self, operation: str, **parameters: object) -> dict[str, Any]:
        """Make one call, such as "put_object", within its time.

        Raises:
            StoreUnavailable: it did not succeed, also not when it was tried again.
        """
        async with self.asking():
            return await self.call(operation, **parameters)

    async def ask_whether(self, operation: str, no: Collection[str], **parameters: object) -> dict[str, Any] | None:
        """Do the same, and return None when the store refuses with one of these codes."""
        async with self.asking():
            try:
                return await self.call(operation, **parameters)
            except ClientError as refusal:
                if code_of(refusal) in no:
                    return None
                raise

    @asynccontextmanager
    async def asking(self, key: str = "") -> AsyncIterator[None]:
        """Make calls within the time of one, perhaps to read a key.

        Raises:
            ArtifactMissing: there is no such key.
            StoreUnavailable: they did not succeed, also not when they were tried again.
        """
        try:
            async with self.working(), asyncio.timeout(self.settings.call_seconds):
                yield
        except FAILURES as failure:
            code = code_of(failure)
            if key and code == "NoSuchKey":
                raise ArtifactMissing(f"there is no artifact {key}") from None
            found, mend = explained(failure, self.settings)
            if code in REFUSALS:
                log.error("the bucket refuses what the server needs", found=found, mend=mend)
            raise StoreUnavailable(f"{found}: {mend}") from failure

    async def call(self, operation: str, **parameters: object) -> dict[str, Any]:
        """Make one call on the bucket; only within `asking`."""
        answer: dict[str, Any] = await getattr(self._client, operation)(Bucket=self.settings.bucket, **parameters)
        return answer

    async def signed_url(self, operation: str, seconds: float, **parameters: object) -> str:
        """Return a URL by which whoever has it may make one call for a while."""
        whole = {"Bucket": self.settings.bucket, **parameters}
        async with self.asking():
            url: str = await self._signer.generate_presigned_url(operation, Params=whole, ExpiresIn=int(seconds))
        return url


def options(settings: S3Settings) -> dict[str, Any]:
    """Return how a client is made; only what every store understands, since not every one is Amazon's."""
    config = AioConfig(
        signature_version="s3v4",
        s3={"addressing_style": "path" if settings.endpoint_url else "auto"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        retries={"mode": "standard", "total_max_attempts": TRIES},
        connect_timeout=settings.connect_seconds,
        read_timeout=settings.read_seconds,
        max_pool_connections=CONNECTIONS,
    )
    return {
        "config": config,
        "endpoint_url": settings.endpoint_url or None,
        "region_name": settings.region or DEFAULT_REGION,
        "aws_access_key_id": settings.access_key or None,
        "aws_secret_access_key": settings.secret_key or None,
        "aws_session_token": settings.session_token or None,
        "verify": settings.ca_bundle or None,
    }
