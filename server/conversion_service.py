"""The service's handlers. They translate between the wire and the parts of the server, and do nothing else.

The interceptor has checked the key and the request before a handler runs; see `server/interceptors.py`.
"""

# ruff: noqa: N802 -- the contract names the methods

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from typing import Any

from google.api.httpbody_pb2 import HttpBody
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import ListValue, Struct

from csvconverter.v1.jobs_pb2 import Job
from csvconverter.v1.services_pb2 import (
    CancelJobRequest,
    ConvertRequest,
    CreateUploadRequest,
    CreateUploadResponse,
    DeleteJobRequest,
    DeleteUserRequest,
    GetArtifactRequest,
    GetArtifactUrlRequest,
    GetArtifactUrlResponse,
    GetHealthRequest,
    GetHealthResponse,
    GetJobMetadataRequest,
    GetJobRequest,
    GetQueueStatusRequest,
    GetQueueStatusResponse,
    ListJobMetadataRequest,
    ListJobsRequest,
    ListJobsResponse,
    RunInferenceRequest,
    RunInferenceResponse,
    StartTrainingRequest,
    StartTrainingResponse,
    WatchJobRequest,
)
from csvconverter.v1.services_pb2_grpc import ConversionServiceServicer
from server.audit_trail import AuditTrail
from server.downloads import Download, open_artifact, open_converted
from server.inference import Conversion, Inference
from server.keys import caller_id
from server.listing import existing_job, page_of_jobs
from server.standing import Standing
from server.training import TrainingJobs
from server.transfers import Transfers
from server.uploads import BODY, INPUT_FILE, INPUT_UPLOAD, open_upload
from server.watching import Watches
from storage.interfaces import ArtifactStore, JobStore, StoredJob
from storage.metadata import metadata

LENGTH_HEADER = "x-content-length"  # gRPC has no use for the real one; the gateway gives it to REST callers
WARNINGS_HEADER = "x-conversion-warnings"
WARNINGS_BYTES = 4096  # well below what gRPC and Envoy take as headers
Context = Any  # grpc.aio.ServicerContext; grpc has no types


class ConversionService(ConversionServiceServicer):
    """All calls of the contract.

    What changes something is shielded from callers who leave: a job is never stored or deleted by halves.
    """

    def __init__(
        self,
        jobs: JobStore,
        artifacts: ArtifactStore,
        training: TrainingJobs,
        transfers: Transfers,
        inference: Inference,
        watches: Watches,
        standing: Standing,
        audit: AuditTrail,
    ) -> None:
        self.jobs = jobs
        self.artifacts = artifacts
        self.training = training
        self.transfers = transfers
        self.inference = inference
        self.watches = watches
        self.standing = standing
        self.audit = audit

    async def StartTraining(self, request: StartTrainingRequest, context: Context) -> StartTrainingResponse:
        """Accept a job."""
        job = await asyncio.shield(self.training.start(request, caller_id()))
        message = f"training job {job.job_id} is accepted: watch it, or ask for it"
        return StartTrainingResponse(
            job_id=job.job_id, user_id=job.user_id, status=job.status, message=message, created_at=job.created_at
        )

    async def RunInference(self, request: RunInferenceRequest, context: Context) -> RunInferenceResponse:
        """Convert a file that fits into one message, or an upload."""
        learned = await self.inference.learned(request.user_id, request.job_id)
        content, place = await self._given(request)
        async with self.inference.conversion(learned, content, place) as conversion:
            answer = await self._handed_over(request, learned.job, conversion)
            self.audit.note("convert", request.user_id, request.job_id)
            answer.script, answer.seconds = learned.script, conversion.seconds
            answer.rows = await asyncio.to_thread(conversion.rows)
            answer.warnings.extend(conversion.warnings)
            return answer

    async def _given(self, request: RunInferenceRequest) -> tuple[AsyncIterator[bytes], Sequence[str]]:
        """Return the file to convert, and its place in the request."""
        if request.HasField("input_upload"):
            return await self.transfers.sent(request.user_id, request.input_upload, "input_upload"), INPUT_UPLOAD
        return one_by_one([request.input_file]), INPUT_FILE

    async def _handed_over(
        self, request: RunInferenceRequest, job: Job, conversion: Conversion
    ) -> RunInferenceResponse:
        """Return the converted file the way the other one came: as it is, or by an address."""
        if request.HasField("input_upload"):
            offered = await self.transfers.offer(job, conversion.output)
            return RunInferenceResponse(output_url=offered.url, output_url_expires_at=offered.expires_at)
        return RunInferenceResponse(output_csv=await asyncio.to_thread(conversion.whole))

    async def Convert(self, requests: AsyncIterator[ConvertRequest], context: Context) -> AsyncIterator[HttpBody]:
        """Convert a file of any size."""
        upload = await open_upload(requests, context.invocation_metadata())
        learned = await self.inference.learned(upload.client_id, upload.job_id)
        last = None  # is held back until all is tidied up: whoever has the last byte by content-length may leave
        async with self.inference.conversion(learned, upload.pieces, BODY) as conversion:
            self.audit.note("convert", upload.client_id, upload.job_id)
            async for body in sent(open_converted(conversion.output, learned.job), context, conversion.warnings):
                if last is not None:
                    yield last
                last = body
        if last is not None:
            yield last

    async def GetQueueStatus(self, request: GetQueueStatusRequest, context: Context) -> GetQueueStatusResponse:
        """Tell the load."""
        return await self.standing.queue()

    async def GetHealth(self, request: GetHealthRequest, context: Context) -> GetHealthResponse:
        """Tell the health."""
        return self.standing.health()

    async def GetJobMetadata(self, request: GetJobMetadataRequest, context: Context) -> Struct:
        """Return one job as JSON, empty when there is none."""
        found = Struct()
        if stored := await self.jobs.get(request.client_id, request.job_id):
            found.update(metadata(stored.job))
        return found

    async def ListJobMetadata(self, request: ListJobMetadataRequest, context: Context) -> ListValue:
        """Return all of a client's jobs as JSON."""
        found = await self.jobs.list_jobs(request.client_id)
        return await asyncio.to_thread(metadata_of_all, found)  # they may be thousands

    async def GetJob(self, request: GetJobRequest, context: Context) -> Job:
        """Return one job."""
        return (await existing_job(self.jobs, request.client_id, request.job_id)).job

    async def ListJobs(self, request: ListJobsRequest, context: Context) -> ListJobsResponse:
        """Return a page of jobs."""
        return await page_of_jobs(self.jobs, request)

    async def CancelJob(self, request: CancelJobRequest, context: Context) -> Job:
        """Cancel a job."""
        return await asyncio.shield(self.training.cancel(request.client_id, request.job_id, caller_id()))

    async def DeleteJob(self, request: DeleteJobRequest, context: Context) -> Empty:
        """Delete a job."""
        await asyncio.shield(self.training.delete(request.user_id, request.job_id, caller_id()))
        return Empty()

    async def DeleteUser(self, request: DeleteUserRequest, context: Context) -> Empty:
        """Delete a user's jobs."""
        await asyncio.shield(self.training.delete_user(request.user_id, caller_id()))
        return Empty()

    def WatchJob(self, request: WatchJobRequest, context: Context) -> AsyncGenerator[bytes, None]:
        """Tell what happens to a job, in responses that are encoded already: they go to many watchers."""
        return self.watches.watch(request)

    async def GetArtifact(self, request: GetArtifactRequest, context: Context) -> AsyncIterator[HttpBody]:
        """Return one of a job's files."""
        download = await open_artifact(self.jobs, self.artifacts, request)
        self.audit.note("download", request.client_id, request.job_id, request.name)
        async for body in sent(download, context):
            yield body

    async def GetArtifactUrl(self, request: GetArtifactUrlRequest, context: Context) -> GetArtifactUrlResponse:
        """Tell where one of a job's files may be read."""
        found = await self.transfers.artifact_url(request)
        self.audit.note("download", request.client_id, request.job_id, f"{request.name} by URL")
        return found

    async def CreateUpload(self, request: CreateUploadRequest, context: Context) -> CreateUploadResponse:
        """Tell where a file may be sent."""
        created = await self.transfers.create_upload(request)
        self.audit.note("upload", request.user_id, detail=created.upload_id)
        return created


def metadata_of_all(found: Iterable[StoredJob]) -> ListValue:
    """Return jobs as JSON."""
    listed = ListValue()
    for stored in found:
        listed.add_struct().update(metadata(stored.job))
    return listed


async def sent(download: Download, context: Context, warnings: Sequence[str] = ()) -> AsyncIterator[HttpBody]:
    """Tell callers what follows and what the script that made it warned of; then yield it."""
    headers = [("content-disposition", download.label.disposition)]
    if download.size is not None:
        headers.append((LENGTH_HEADER, str(download.size)))
    if warnings:
        headers.append((WARNINGS_HEADER, header_text(warnings)))
    await context.send_initial_metadata(tuple(headers))
    async for piece in download.pieces:
        yield HttpBody(content_type=download.label.content_type, data=piece)


def header_text(warnings: Sequence[str]) -> str:
    """Return as many warnings as a header can carry, as a JSON array in ASCII."""
    shown = list(warnings)
    while len(text := json.dumps(shown)) > WARNINGS_BYTES:
        shown = [*shown[: len(shown) // 2], f"of {len(warnings)} warnings only these"] if len(shown) > 2 else shown[1:]
    return text


async def one_by_one(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    """Yield what is there already."""
    for piece in pieces:
        yield piece
