"""A service that answers as it is told, and remembers what reached it."""
# ruff: noqa: N802 -- the contract names the methods

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import grpc
import grpc.aio
from google.api.httpbody_pb2 import HttpBody
from google.protobuf import any_pb2, empty_pb2, struct_pb2
from google.protobuf.message import Message
from google.rpc import status_pb2
from grpc_status import rpc_status

from csvconverter.v1 import services_pb2
from csvconverter.v1.errors_pb2 import HttpValidationError
from csvconverter.v1.events_pb2 import JobEvent, JobQueued
from csvconverter.v1.jobs_pb2 import JOB_STATUS_CANCELLED, JOB_STATUS_QUEUED, Job
from csvconverter.v1.services_pb2_grpc import ConversionServiceServicer

Context = grpc.aio.ServicerContext[Any, Any]


class ScriptedService(ConversionServiceServicer):
    """Every call is answered with a fixed answer, or refused with `refusal` when that is set."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.refusal: status_pb2.Status | None = None
        self.requests: list[Message] = []
        self.metadata: dict[str, Any] = {}
        self.upload = bytearray()
        self.more_events = asyncio.Event()
        self.watch_ended = asyncio.Event()
        self.answering = asyncio.Event()
        self.answering.set()

    def refuse(self, code: grpc.StatusCode, message: str, *details: Message) -> None:
        packed = [any_pb2.Any() for _ in details]
        for target, detail in zip(packed, details, strict=True):
            target.Pack(detail)
        self.refusal = status_pb2.Status(code=code.value[0], message=message, details=packed)

    async def receive(self, request: Message, context: Context) -> None:
        self.requests.append(request)
        self.metadata = dict(context.invocation_metadata())
        await self.answering.wait()
        if self.refusal:
            await context.abort_with_status(rpc_status.to_status(self.refusal))

    async def StartTraining(self, request, context):
        await self.receive(request, context)
        return services_pb2.StartTrainingResponse(
            job_id=request.job_id or "made",
            user_id=request.user_id,
            status=JOB_STATUS_QUEUED,
            message="Accepted.",
            created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        )

    async def RunInference(self, request, context):
        await self.receive(request, context)
        return services_pb2.RunInferenceResponse(script=b"print()", output_csv=request.input_file, rows=2)

    async def GetQueueStatus(self, request, context):
        await self.receive(request, context)
        return services_pb2.GetQueueStatusResponse(
            status="healthy",
            queue_info=services_pb2.QueueInfo(max_workers=32, active_jobs=5, available_workers=27),
            capacity_utilization=services_pb2.CapacityUtilization(
                workers_busy_percent=15.625, can_accept_new_jobs=True
            ),
        )

    async def GetJobMetadata(self, request, context):
        await self.receive(request, context)
        metadata = struct_pb2.Struct()
        if request.job_id == "known":
            metadata.update({"job_id": "known", "iterations": 2, "score": 0.5, "error": None, "warnings": []})
        if request.job_id == "huge":
            metadata.update({"description": "x" * (2 << 20)})
        return metadata

    async def ListJobMetadata(self, request, context):
        await self.receive(request, context)
        jobs = struct_pb2.ListValue()
        if request.client_id == "acme":
            jobs.extend([{"job_id": "b"}, {"job_id": "a"}])
        return jobs

    async def DeleteJob(self, request, context):
        await self.receive(request, context)
        return empty_pb2.Empty()

    async def DeleteUser(self, request, context):
        await self.receive(request, context)
        return empty_pb2.Empty()

    async def GetHealth(self, request, context):
        await self.receive(request, context)
        return services_pb2.GetHealthResponse(status="healthy", app_name="AI CSV Converter", version="1.0.0")

    async def CancelJob(self, request, context):
        await self.receive(request, context)
        return Job(job_id=request.job_id, user_id=request.client_id, status=JOB_STATUS_CANCELLED)

    async def WatchJob(self, request, context) -> AsyncIterator[services_pb2.WatchJobResponse]:
        await self.receive(request, context)
        try:
            first = JobEvent(sequence=request.after_sequence + 1, job_queued=JobQueued())
            yield services_pb2.WatchJobResponse(event=first)
            yield services_pb2.WatchJobResponse(heartbeat=services_pb2.Heartbeat())
            await self.more_events.wait()
            yield services_pb2.WatchJobResponse(event=JobEvent(sequence=request.after_sequence + 2))
        finally:
            self.watch_ended.set()

    async def Convert(self, request_iterator, context) -> AsyncIterator[HttpBody]:
        async for request in request_iterator:
            if not self.requests:
                await self.receive(request, context)
            self.upload += request.content.data
        for start in range(0, len(self.upload), 1 << 20):
            yield HttpBody(content_type="text/csv", data=bytes(self.upload[start : start + (1 << 20)]))

    async def GetArtifact(self, request, context) -> AsyncIterator[HttpBody]:
        await self.receive(request, context)
        await context.send_initial_metadata([("content-disposition", f'attachment; filename="{request.name}"')])
        yield HttpBody(content_type="text/x-python", data=b"import pandas ")
        yield HttpBody(content_type="text/x-python", data=b"as pd\n")


def validation_error(loc: list[str], msg: str, kind: str) -> HttpValidationError:
    error = HttpValidationError()
    error.detail.add(loc=loc, msg=msg, type=kind)
    return error
