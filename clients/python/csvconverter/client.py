"""An asynchronous client of the AI CSV Converter. Requests and answers are the messages of `csvconverter.v1`."""

import asyncio
import io
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar

import grpc
from google.api.httpbody_pb2 import HttpBody

from csvconverter.address import DEFAULT_ADDRESS, host_and_port, is_encrypted, is_local
from csvconverter.errors import ConverterError, server_words
from csvconverter.reconnecting import Patience
from csvconverter.signed_urls import fetch, send, size_of
from csvconverter.tls import Tls
from csvconverter.v1 import services_pb2 as messages
from csvconverter.v1.events_pb2 import JobEvent
from csvconverter.v1.jobs_pb2 import Job, JobStatus
from csvconverter.v1.services_pb2_grpc import ConversionServiceStub

Answer = TypeVar("Answer")

PIECE_BYTES = 256 * 1024
SILENCE_SECONDS = 35.0
"""How long a watch may say nothing: the server sends a heartbeat every 10 seconds."""

RESTART_SECONDS = 15.0
"""How long a server that has answered before may be away: stopping and starting again takes less."""

WARNINGS_HEADER = "x-conversion-warnings"
"""What a conversion warned of, as a JSON array."""

CHANNEL_OPTIONS = [
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
    # gRPC itself waits up to two minutes before it dials again, far longer than a server needs to restart.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 2000),
]


class ConverterClient:
    """One connection to the service; use it with `async with`.

    The address is `host:port`, with `https://` before it where the server speaks TLS and `http://` where it does not.
    With neither, TLS is spoken with every machine but this one. `tls` names files, and is spoken wherever it is given.
    `timeout` is for calls that only ask, `transfer_timeout` for those that carry files or run scripts, both in seconds.
    A server that has answered may restart, and its stores may be away for a moment: calls wait for that, all but
    `convert` and `download`, which are not repeated.
    With `by_url` files go straight to and from the bucket in which the server keeps them; a server that has none
    refuses that with URLS_UNAVAILABLE.
    Every method raises `ConverterError` when the call does not succeed.
    """

    def __init__(
        self,
        address: str = DEFAULT_ADDRESS,
        *,
        api_key: str | None = None,
        tls: Tls | None = None,
        timeout: float = 30.0,
        transfer_timeout: float = 600.0,
    ) -> None:
        self.address = address
        self.tls = tls or (Tls() if is_encrypted(address) else None)
        self.timeout = timeout
        self.transfer_timeout = transfer_timeout
        self._metadata = (("x-api-key", api_key),) if api_key else ()
        self._was_answered = False

    async def __aenter__(self) -> Self:
        # A proxy in the environment is for the world outside, and no way to this machine.
        options = [*CHANNEL_OPTIONS, ("grpc.enable_http_proxy", int(not is_local(self.address)))]
        target = host_and_port(self.address)
        if self.tls:
            self._channel = grpc.aio.secure_channel(target, self.tls.credentials(), options=options)
        else:
            self._channel = grpc.aio.insecure_channel(target, options=options)
        self._stub: Any = ConversionServiceStub(self._channel)  # type: ignore[no-untyped-call]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._channel.close()

    async def train(
        self,
        user_id: str,
        input_file: bytes,
        expected_output_file: bytes,
        *,
        job_title: str,
        owner: str,
        job_id: str | None = None,
        description: str | None = None,
        general_instructions: str | None = None,
        column_instructions: Mapping[str, str] | None = None,
        request_id: str | None = None,
        by_url: bool = False,
    ) -> messages.StartTrainingResponse:
        """Start a training job, or replace the one named `job_id`; `watch` tells what becomes of it."""
        request = messages.StartTrainingRequest(
            user_id=user_id,
            job_id=job_id,
            job_title=job_title,
            description=description,
            owner=owner,
            general_instructions=general_instructions,
            column_instructions=column_instructions,
            request_id=request_id or str(uuid.uuid4()),
        )
        if by_url:
            request.input_upload = await self.upload(user_id, io.BytesIO(input_file))
            request.expected_output_upload = await self.upload(user_id, io.BytesIO(expected_output_file))
        else:
            request.input_file, request.expected_output_file = input_file, expected_output_file
        return await self._call(self._stub.StartTraining, request, self.transfer_timeout)

    async def watch(
        self,
        user_id: str,
        job_id: str,
        after_sequence: int = 0,
        *,
        job_uid: str = "",
        give_up_after: float = 60.0,
        on_lost: Callable[[ConverterError], None] | None = None,
    ) -> AsyncIterator[JobEvent]:
        """Yield the job's events after `after_sequence` up to `job_finished`; none twice and none missed.

        A lost connection is taken up again after the last event seen; `on_lost` hears of each loss. The loss is raised
        once nothing has been heard for `give_up_after` seconds. A job that has been replaced meanwhile is not taken for
        the one that was seen, whose uid is `job_uid` or comes with its first event: that raises JOB_REPLACED.
        """
        request = messages.WatchJobRequest(
            client_id=user_id, job_id=job_id, after_sequence=after_sequence, job_uid=job_uid
        )
        patience = Patience(give_up_after)
        while True:
            try:
                async for update in self._updates(request):
                    patience.renew()
                    if update.WhichOneof("update") == "event" and update.event.sequence > request.after_sequence:
                        request.after_sequence = update.event.sequence
                        request.job_uid = update.event.job_queued.job_uid or request.job_uid
                        yield update.event
                return
            except ConverterError as error:
                if not error.is_passing or patience.is_over():
                    raise
                if on_lost:
                    on_lost(error)
            await patience.wait()

    async def _updates(self, request: messages.WatchJobRequest) -> AsyncIterator[messages.WatchJobResponse]:
        """Yield the updates of one connection, up to the job's end; it counts as lost when it falls silent.

        The status that ends the call says the same as the last update of a watch that is interrupted.
        """
        call = self._stub.WatchJob(request, metadata=self._metadata)
        try:
            while True:
                with server_words():
                    update = await asyncio.wait_for(call.read(), SILENCE_SECONDS)
                if update is grpc.aio.EOF:
                    return
                yield update
        except TimeoutError:
            silence = f"the server said nothing for {SILENCE_SECONDS:.0f} seconds"
            raise ConverterError(grpc.StatusCode.UNAVAILABLE, silence) from None
        finally:
            call.cancel()

    async def upload(self, user_id: str, file: BinaryIO) -> str:
        """Send a file, of known length, to the server's bucket; return its id, which stands for it for a day."""
        request = messages.CreateUploadRequest(user_id=user_id, size_bytes=size_of(file))
        upload = await self._call(self._stub.CreateUpload, request)
        await send(upload.url, upload.headers, file, request.size_bytes)
        return str(upload.upload_id)

    async def convert(
        self, user_id: str, job_id: str, input_file: BinaryIO, output_file: BinaryIO, *, by_url: bool = False
    ) -> list[str]:
        """Run the job's script on a file of any size, piece by piece, and return what the script warned of.

        Nothing is written unless the whole file could be converted.
        """
        if by_url:
            return await self._convert_by_url(user_id, job_id, input_file, output_file)
        call = self._stub.Convert(metadata=self._metadata)
        try:
            with server_words():
                await self._send(call, user_id, job_id, input_file)
                async for piece in call:
                    await asyncio.to_thread(output_file.write, piece.data)
                headers = dict(await call.initial_metadata())
        finally:
            call.cancel()
        return list(json.loads(headers.get(WARNINGS_HEADER, "[]")))

    async def _convert_by_url(
        self, user_id: str, job_id: str, input_file: BinaryIO, output_file: BinaryIO
    ) -> list[str]:
        upload = await self.upload(user_id, input_file)
        request = messages.RunInferenceRequest(user_id=user_id, job_id=job_id, input_upload=upload)
        converted = await self._call(self._stub.RunInference, request, self.transfer_timeout)
        await fetch(converted.output_url, output_file)
        return list(converted.warnings)

    async def _send(self, call: Any, user_id: str, job_id: str, input_file: BinaryIO) -> None:
        """Send the whole file, or as much of it as the server wants before it refuses; reading then tells why."""

        async def send() -> None:
            await call.write(messages.ConvertRequest(client_id=user_id, job_id=job_id))
            while piece := await asyncio.to_thread(input_file.read, PIECE_BYTES):
                await call.write(messages.ConvertRequest(content=HttpBody(content_type="text/csv", data=piece)))
            await call.done_writing()

        sending = asyncio.create_task(send())
        # A write that fails because the call is over would replace the server's status by an internal error
        # (https://github.com/grpc/grpc/issues/36066), so it is cancelled as soon as the status is there.
        call.add_done_callback(lambda _: sending.cancel())
        try:
            await sending
        except (asyncio.CancelledError, asyncio.InvalidStateError):
            if not call.done():
                raise

    async def run_inference(self, user_id: str, job_id: str, input_file: bytes) -> messages.RunInferenceResponse:
        """Run the job's script on a file that fits into memory, and hear what the script warned of."""
        request = messages.RunInferenceRequest(user_id=user_id, job_id=job_id, input_file=input_file)
        return await self._call(self._stub.RunInference, request, self.transfer_timeout)

    async def get_job(self, user_id: str, job_id: str) -> Job:
        """Return one job."""
        return await self._call(self._stub.GetJob, messages.GetJobRequest(client_id=user_id, job_id=job_id))

    async def list_jobs(
        self, user_id: str, status: JobStatus | str = JobStatus.JOB_STATUS_UNSPECIFIED
    ) -> AsyncIterator[Job]:
        """Yield all jobs of a user, the newest first, or only those that stand at `status`."""
        request = messages.ListJobsRequest(client_id=user_id, status=status)
        while True:
            page = await self._call(self._stub.ListJobs, request)
            for job in page.jobs:
                yield job
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    async def cancel_job(self, user_id: str, job_id: str) -> Job:
        """Cancel a job; a finished one is returned unchanged."""
        return await self._call(self._stub.CancelJob, messages.CancelJobRequest(client_id=user_id, job_id=job_id))

    async def delete_job(self, user_id: str, job_id: str) -> None:
        """Delete a job with its events and files; deleting what is not there is no error."""
        await self._call(self._stub.DeleteJob, messages.DeleteJobRequest(user_id=user_id, job_id=job_id))

    async def delete_user(self, user_id: str) -> None:
        """Delete all jobs of a user with their events and files; deleting what is not there is no error."""
        await self._call(self._stub.DeleteUser, messages.DeleteUserRequest(user_id=user_id))

    async def download(
        self, user_id: str, job_id: str, name: str, output_file: BinaryIO, *, by_url: bool = False
    ) -> int:
        """Write one of the job's files, such as "script.py", and return the number of bytes written."""
        if by_url:
            wanted = messages.GetArtifactUrlRequest(client_id=user_id, job_id=job_id, name=name)
            return await fetch((await self._call(self._stub.GetArtifactUrl, wanted)).url, output_file)
        request = messages.GetArtifactRequest(client_id=user_id, job_id=job_id, name=name)
        written = 0
        with server_words():
            async for piece in self._stub.GetArtifact(request, metadata=self._metadata, timeout=self.transfer_timeout):
                written += await asyncio.to_thread(output_file.write, piece.data)
        return written

    async def get_health(self) -> messages.GetHealthResponse:
        """Tell whether the service is well and what it is made of; needs no key."""
        return await self._call(self._stub.GetHealth, messages.GetHealthRequest())

    async def get_queue_status(self) -> messages.GetQueueStatusResponse:
        """Tell how busy the workers are."""
        return await self._call(self._stub.GetQueueStatus, messages.GetQueueStatusRequest())

    async def _call(
        self, method: Callable[..., Awaitable[Answer]], request: object, seconds: float | None = None
    ) -> Answer:
        """Make a call that may be made again; a wrong address, where nobody ever answered, is told at once."""
        patience = Patience(RESTART_SECONDS)
        while True:
            try:
                with server_words():
                    answer = await method(request, metadata=self._metadata, timeout=seconds or self.timeout)
                self._was_answered = True
                return answer
            except ConverterError as error:
                comes_back = error.is_unanswered and self._was_answered
                if not (comes_back or error.asks_to_come_back) or patience.is_over():
                    raise
            await patience.wait()
