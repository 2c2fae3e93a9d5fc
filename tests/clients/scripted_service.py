"""A small real server whose jobs go as they are told."""

# ruff: noqa: N802 -- the contract names the methods

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
from google.api.httpbody_pb2 import HttpBody
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from csvconverter.v1 import services_pb2 as messages
from csvconverter.v1.errors_pb2 import ERROR_REASON_TRY_AGAIN, FieldError, HttpValidationError
from csvconverter.v1.events_pb2 import JobEvent
from csvconverter.v1.jobs_pb2 import Job, JobStatus
from csvconverter.v1.services_pb2_grpc import ConversionServiceServicer
from tests.clients.stories import JOB, SCRIPT, finished_job

KEY = "right-key"
Context = grpc.aio.ServicerContext[Any, Any]


class ScriptedService(ConversionServiceServicer):
    """Knows one job; converts by turning everything into capitals."""

    def __init__(self, story: list[JobEvent]) -> None:
        self.story = story
        self.hold_after: int | None = None  # keeps a watch open and silent once this event is out
        self.holding = asyncio.Event()
        self.interrupt_after: int | None = None  # ends one watch once this event is out, as a stopping server does
        self.replaced = False  # by a job with another uid
        self.requests: list[Message] = []
        self.deleted: list[str] = []

    async def check(self, request: Any, context: Context) -> None:
        """Keep the request, and refuse wrong keys, other users and unknown jobs."""
        self.requests.append(request)
        metadata = dict(context.invocation_metadata() or ())
        client = getattr(request, "client_id", None) or getattr(request, "user_id", "")
        if metadata.get("x-api-key") != KEY:
            await refuse(context, code_pb2.UNAUTHENTICATED, "API_KEY_INVALID", "the key is not known")
        if client == "somebody-else":
            await refuse(context, code_pb2.PERMISSION_DENIED, "CLIENT_FORBIDDEN", "the key does not open this client")
        if getattr(request, "job_id", JOB) not in (JOB, "") and not isinstance(request, messages.StartTrainingRequest):
            await refuse(context, code_pb2.NOT_FOUND, "JOB_NOT_FOUND", f"there is no job {request.job_id}")

    async def StartTraining(self, request: messages.StartTrainingRequest, context: Context) -> Message:
        await self.check(request, context)
        if not request.input_file:
            fields = [FieldError(loc=["body", "input_file"], msg="the file is empty", type="value_error")]
            await refuse(context, code_pb2.INVALID_ARGUMENT, "CSV_INVALID", "the request was not accepted", fields)
        return messages.StartTrainingResponse(
            job_id=JOB, user_id=request.user_id, status=JobStatus.JOB_STATUS_QUEUED, message="Accepted."
        )

    async def WatchJob(
        self, request: messages.WatchJobRequest, context: Context
    ) -> AsyncIterator[messages.WatchJobResponse]:
        await self.check(request, context)
        if self.replaced and request.job_uid:
            await refuse(context, code_pb2.ABORTED, "JOB_REPLACED", "the job has been replaced")
        yield messages.WatchJobResponse(heartbeat=messages.Heartbeat())
        for event in self.story[request.after_sequence :]:
            yield messages.WatchJobResponse(event=event)
            if event.sequence == self.hold_after:
                self.holding.set()
                await asyncio.Event().wait()
            if event.sequence == self.interrupt_after:
                self.interrupt_after = None
                told = messages.WatchInterrupted(reason=ERROR_REASON_TRY_AGAIN, after_sequence=event.sequence)
                yield messages.WatchJobResponse(interrupted=told)
                await refuse(context, code_pb2.UNAVAILABLE, "TRY_AGAIN", "the server stops")

    async def Convert(
        self, requests: AsyncIterator[messages.ConvertRequest], context: Context
    ) -> AsyncIterator[HttpBody]:
        content, first = bytearray(), None
        async for request in requests:
            if first is None:
                first = request
                await self.check(first, context)
            content += request.content.data
        if b"crash" in content:
            await refuse(context, code_pb2.INTERNAL, "SCRIPT_CRASHED", "the script stopped on row 1")
        await context.send_initial_metadata((("x-conversion-warnings", '["city: 1 values could not be read"]'),))
        for start in range(0, len(content), 1000):
            yield HttpBody(content_type="text/csv", data=bytes(content[start : start + 1000]).upper())

    async def RunInference(self, request: messages.RunInferenceRequest, context: Context) -> Message:
        await self.check(request, context)
        return messages.RunInferenceResponse(script=SCRIPT, output_csv=request.input_file.upper(), rows=1)

    async def GetJob(self, request: messages.GetJobRequest, context: Context) -> Job:
        await self.check(request, context)
        return finished_job(self.story)

    async def ListJobs(self, request: messages.ListJobsRequest, context: Context) -> Message:
        await self.check(request, context)
        if not request.page_token:
            return messages.ListJobsResponse(jobs=[finished_job(self.story)], next_page_token="2")
        return messages.ListJobsResponse(jobs=[Job(job_id="older", status=JobStatus.JOB_STATUS_FAILED)])

    async def CancelJob(self, request: messages.CancelJobRequest, context: Context) -> Job:
        await self.check(request, context)
        return finished_job(self.story)

    async def DeleteJob(self, request: messages.DeleteJobRequest, context: Context) -> Empty:
        await self.check(request, context)
        self.deleted.append(f"{request.user_id}/{request.job_id}")
        return Empty()

    async def DeleteUser(self, request: messages.DeleteUserRequest, context: Context) -> Empty:
        await self.check(request, context)
        self.deleted.append(request.user_id)
        return Empty()

    async def GetQueueStatus(self, request: messages.GetQueueStatusRequest, context: Context) -> Message:
        await self.check(request, context)
        return messages.GetQueueStatusResponse(status="healthy", queue_info=messages.QueueInfo(max_workers=2))

    async def GetArtifact(self, request: messages.GetArtifactRequest, context: Context) -> AsyncIterator[HttpBody]:
        await self.check(request, context)
        if request.name != "script.py":
            await refuse(context, code_pb2.NOT_FOUND, "ARTIFACT_NOT_FOUND", f"the job has no {request.name}")
        yield HttpBody(content_type="text/x-python", data=SCRIPT)

    async def GetHealth(self, request: messages.GetHealthRequest, context: Context) -> Message:
        return messages.GetHealthResponse(status="healthy", app_name="AI CSV Converter")


async def refuse(
    context: Context, code: int, reason: str, message: str, fields: list[FieldError] | None = None
) -> None:
    """End a call as the real server does."""
    details: list[Message] = [error_details_pb2.ErrorInfo(reason=reason, domain="csvconverter.v1")]
    if fields:
        details.append(HttpValidationError(detail=fields))
    status = status_pb2.Status(code=code, message=message)
    for detail in details:
        packed = AnyMessage()
        packed.Pack(detail)
        status.details.append(packed)
    answer = rpc_status.to_status(status)
    trailing = (*answer.trailing_metadata, ("x-request-id", "request-1"))
    await context.abort_with_status(answer._replace(trailing_metadata=trailing))
