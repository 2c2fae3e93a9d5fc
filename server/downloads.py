"""Finds a job's files for download."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from csvconverter.v1.errors_pb2 import ERROR_REASON_ARTIFACT_NOT_FOUND
from csvconverter.v1.services_pb2 import GetArtifactRequest
from executor.worker import EXPECTED, INPUT
from server.errors import Refusal
from server.listing import existing_job
from storage.interfaces import ArtifactMissing, ArtifactStore, JobStore

CONTENT_TYPES = {"csv": "text/csv", "json": "application/json", "py": "text/x-python"}


@dataclass(frozen=True)
class Download:
    """A file on its way out."""

    name: str
    pieces: AsyncIterator[bytes]

    @property
    def content_type(self) -> str:
        """What the file is."""
        return CONTENT_TYPES.get(self.name.rpartition(".")[2], "application/octet-stream")


async def open_artifact(jobs: JobStore, artifacts: ArtifactStore, request: GetArtifactRequest) -> Download:
    """Return one of a job's files.

    Raises:
        Refusal: JOB_NOT_FOUND or ARTIFACT_NOT_FOUND, which lists what there is.
    """
    stored = await existing_job(jobs, request.client_id, request.job_id)
    uploaded = request.name in (INPUT, EXPECTED)
    key = (stored.life_folder if uploaded else stored.folder) + request.name
    if uploaded or request.name in stored.job.artifacts:
        with suppress(ArtifactMissing):  # deleted or replaced since
            return Download(request.name, await opened(artifacts.read(key)))
    names = ", ".join(stored.job.artifacts)
    raise Refusal(ERROR_REASON_ARTIFACT_NOT_FOUND, f"there is no {request.name}; there are: {names}", artifacts=names)


async def opened(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Take the first piece, so that a file that is not there is found out before anything is sent; return them all."""
    first = await anext(pieces, b"")

    async def all_pieces() -> AsyncIterator[bytes]:
        yield first
        async for piece in pieces:
            yield piece

    return all_pieces()
