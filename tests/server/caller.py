"""Calls the service the way its callers do, and reads refusals."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import grpc
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from grpc_status import rpc_status

from csvconverter.v1.errors_pb2 import HttpValidationError
from csvconverter.v1.events_pb2 import JobEvent
from csvconverter.v1.jobs_pb2 import Job
from csvconverter.v1.services_pb2 import WatchJobRequest
from csvconverter.v1.services_pb2_grpc import ConversionServiceStub

ALL_KEY, ACME_KEY = "all-key", "acme-key"
KEYS = f"{ALL_KEY}=*;{ACME_KEY}=acme,acme-too"
CALL_SECONDS, STREAM_SECONDS = 60, 300  # also on a machine that has other work


@dataclass
class Refused(Exception):
    """A call that was refused, with everything that its status says."""

    code: grpc.StatusCode
    message: str
    request_id: str
    info: ErrorInfo = field(default_factory=ErrorInfo)
    bad_request: BadRequest = field(default_factory=BadRequest)
    fields: HttpValidationError = field(default_factory=HttpValidationError)
    retry: RetryInfo = field(default_factory=RetryInfo)

    @property
    def locations(self) -> list[list[str]]:
        return [list(one.loc) for one in self.fields.detail]


def refused(error: grpc.aio.AioRpcError) -> Refused:
    trailer = dict(error.trailing_metadata() or ())
    refusal = Refused(error.code(), error.details(), trailer.get("x-request-id", ""))
    if status := rpc_status.from_call(error):
        for detail in status.details:
            for message in (refusal.info, refusal.bad_request, refusal.fields, refusal.retry):
                detail.Unpack(message)
    return refusal


class Caller:
    """A stub with a key."""

    def __init__(self, channel: grpc.aio.Channel, key: str) -> None:
        self.channel = channel
        self.stub = ConversionServiceStub(channel)
        self.key = key

    @classmethod
    @asynccontextmanager
    async def connected(cls, address: str, key: str) -> AsyncIterator["Caller"]:
        async with grpc.aio.insecure_channel(address) as channel:
            yield cls(channel, key)

    def with_key(self, key: str | None) -> "Caller":
        return Caller(self.channel, key)

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        return (("x-api-key", self.key),) if self.key is not None else ()

    async def __call__(self, method: str, request):
        """Make a unary call."""
        try:
            return await getattr(self.stub, method)(request, metadata=self.metadata, timeout=CALL_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise refused(error) from None

    async def stream(self, method: str, request) -> AsyncIterator:
        """Make a call that is answered in pieces; a list of requests goes up in pieces as well."""
        try:
            async for response in getattr(self.stub, method)(request, metadata=self.metadata, timeout=STREAM_SECONDS):
                yield response
        except grpc.aio.AioRpcError as error:
            raise refused(error) from None

    async def bytes(self, method: str, request) -> bytes:
        return b"".join([piece.data async for piece in self.stream(method, request)])

    async def events(self, user: str, job: str, after: int = 0) -> list[JobEvent]:
        request = WatchJobRequest(client_id=user, job_id=job, after_sequence=after)
        return [update.event async for update in self.stream("WatchJob", request) if update.HasField("event")]

    async def train(self, request) -> Job:
        """Start a job and return it when it is finished."""
        started = await self("StartTraining", request)
        return (await self.events(started.user_id, started.job_id))[-1].job_finished.job
