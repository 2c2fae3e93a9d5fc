"""Files that bypass the server: callers send them to the store that keeps files, and read them from it, by addresses.

An address is signed by the store's own means and holds for an hour, whoever has it.
"""

import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.timestamp_pb2 import Timestamp

from csvconverter.v1.errors_pb2 import ERROR_REASON_UPLOAD_NOT_FOUND, ERROR_REASON_URLS_UNAVAILABLE
from csvconverter.v1.jobs_pb2 import Job
from csvconverter.v1.services_pb2 import (
    CreateUploadRequest,
    CreateUploadResponse,
    GetArtifactUrlRequest,
    GetArtifactUrlResponse,
)
from server.downloads import Label, artifact_key, artifact_label, converted_label, opened
from server.errors import Refusal
from server.listing import existing_job, unknown_job
from storage.interfaces import ArtifactMissing, ArtifactStore, JobStore
from storage.transfers import new_download_key, upload_key

URL_SECONDS = 3600.0


@dataclass(frozen=True)
class SignedUrl:
    """An address, and until when it holds."""

    url: str
    expires_at: Timestamp


class Transfers:
    """The addresses that callers get, and what they have sent by them."""

    def __init__(self, jobs: JobStore, artifacts: ArtifactStore) -> None:
        self.jobs = jobs
        self.artifacts = artifacts

    async def create_upload(self, request: CreateUploadRequest) -> CreateUploadResponse:
        """Return where a file may be sent.

        Raises:
            Refusal: URLS_UNAVAILABLE.
        """
        upload_id, expires_at = uuid.uuid4().hex, in_an_hour()
        key = upload_key(request.user_id, upload_id)
        address = await self.artifacts.upload_url(key, request.size_bytes, URL_SECONDS)
        if address is None:
            raise urls_unavailable()
        return CreateUploadResponse(
            upload_id=upload_id, url=address.url, headers=address.headers, expires_at=expires_at
        )

    async def sent(self, user_id: str, upload_id: str, field: str) -> AsyncIterator[bytes]:
        """Return the pieces of an upload that a field of a request names, one content whole even if it is sent again.

        Raises:
            Refusal: UPLOAD_NOT_FOUND.
        """
        try:
            return await opened(self.artifacts.read(upload_key(user_id, upload_id)))
        except ArtifactMissing:
            message = (
                f"{field}: there is no upload {upload_id} of {user_id}: "
                "its file has not been sent, or was sent more than a day ago"
            )
            raise Refusal(ERROR_REASON_UPLOAD_NOT_FOUND, message, upload_id=upload_id) from None

    async def artifact_url(self, request: GetArtifactUrlRequest) -> GetArtifactUrlResponse:
        """Return where one of a job's files may be read.

        Raises:
            Refusal: JOB_NOT_FOUND, ARTIFACT_NOT_FOUND or URLS_UNAVAILABLE.
        """
        stored = await existing_job(self.jobs, request.client_id, request.job_id)
        key = artifact_key(stored, request.name)
        found = await self._address(key, artifact_label(request.name, stored.job))
        return GetArtifactUrlResponse(url=found.url, expires_at=found.expires_at)

    async def offer(self, job: Job, converted: Path) -> SignedUrl:
        """Store a file that was converted with a job, and return where it may be read; it goes with the job.

        Raises:
            Refusal: JOB_NOT_FOUND.
        """
        key = new_download_key(job)
        await self.artifacts.put(key, converted)
        stored = await self.jobs.get(job.user_id, job.job_id)
        if not (stored and stored.life == job.uid):  # deleted or replaced meanwhile, perhaps before the file was stored
            await self.artifacts.remove([key])
            raise unknown_job(job.user_id, job.job_id)
        return await self._address(key, converted_label(job))

    async def _address(self, key: str, label: Label) -> SignedUrl:
        expires_at = in_an_hour()
        url = await self.artifacts.download_url(
            key, URL_SECONDS, disposition=label.disposition, content_type=label.content_type
        )
        if url is None:
            raise urls_unavailable()
        return SignedUrl(url, expires_at)


def urls_unavailable() -> Refusal:
    """Return the refusal of a call for an address where there is none."""
    message = "this server has no addresses for files, since it keeps them in no bucket: send and read the files here"
    return Refusal(ERROR_REASON_URLS_UNAVAILABLE, message)


def in_an_hour() -> Timestamp:
    """Return when an address ends that is made now."""
    return Timestamp(seconds=int(time.time() + URL_SECONDS))
