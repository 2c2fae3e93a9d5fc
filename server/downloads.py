"""Files on their way out: what they are called, what they are, and their bytes, piece by piece."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from csvconverter.v1.errors_pb2 import ERROR_REASON_ARTIFACT_NOT_FOUND
from csvconverter.v1.jobs_pb2 import CsvFormat, Job
from csvconverter.v1.services_pb2 import GetArtifactRequest
from executor.worker import EXPECTED, INPUT
from server.errors import Refusal
from server.listing import existing_job
from storage.interfaces import ArtifactMissing, ArtifactStore, JobStore, StoredJob

PIECE_BYTES = 256 * 1024
TITLE_CHARACTERS = 60  # of up to 4 bytes each: file systems take names of 255 bytes
NOT_IN_FILE_NAMES = str.maketrans(dict.fromkeys('/\\:*?"<>|%', " "))
CONTENT_TYPES = {"json": "application/json", "py": "text/x-python; charset=utf-8"}
CHARSETS = {  # how the encodings that are detected are called outside Python
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16le",
    "utf-16-be": "utf-16be",
    "cp1252": "windows-1252",
}


@dataclass(frozen=True)
class Label:
    """What a file is called outside, and what it is."""

    name: str
    content_type: str

    @property
    def disposition(self) -> str:
        """The value of a `content-disposition` header: the name in ASCII, and as it is where it differs (RFC 6266)."""
        plain = self.name.encode("ascii", "replace").decode().replace("?", "_")
        full = "" if plain == self.name else f"; filename*=UTF-8''{quote(self.name, safe='')}"
        return f'attachment; filename="{plain}"{full}'


@dataclass(frozen=True)
class Download:
    """A file on its way out."""

    label: Label
    pieces: AsyncIterator[bytes]
    size: int | None = None  # in bytes, where it is known beforehand


async def open_artifact(jobs: JobStore, artifacts: ArtifactStore, request: GetArtifactRequest) -> Download:
    """Return one of a job's files.

    Raises:
        Refusal: JOB_NOT_FOUND or ARTIFACT_NOT_FOUND, which lists what there is.
    """
    stored = await existing_job(jobs, request.client_id, request.job_id)
    key = artifact_key(stored, request.name)
    try:
        pieces = await opened(artifacts.read(key))
    except ArtifactMissing:  # deleted or replaced since
        raise unknown_artifact(stored, request.name) from None
    return Download(artifact_label(request.name, stored.job), pieces, await size_of(artifacts, key))


async def size_of(artifacts: ArtifactStore, key: str) -> int | None:
    """Return how many bytes a file has, whose content never changes; None when it has just been deleted."""
    async for files in artifacts.list(key.rpartition("/")[0] + "/"):
        for file in files:
            if file.key == key:
                return file.size
    return None


def artifact_key(stored: StoredJob, name: str) -> str:
    """Return where one of a job's files is kept.

    Raises:
        Refusal: ARTIFACT_NOT_FOUND, which lists what there is.
    """
    if name in (INPUT, EXPECTED):
        return stored.life_folder + name
    if name not in stored.job.artifacts:
        raise unknown_artifact(stored, name)
    return stored.folder + name


def unknown_artifact(stored: StoredJob, name: str) -> Refusal:
    """Return the refusal of a call about a file that the job does not have."""
    names = ", ".join(stored.job.artifacts)
    return Refusal(ERROR_REASON_ARTIFACT_NOT_FOUND, f"there is no {name}; there are: {names}", artifacts=names)


def open_converted(output: Path, job: Job) -> Download:
    """Return a file that a job's script has written."""
    return Download(converted_label(job), read(output), output.stat().st_size)


def artifact_label(name: str, job: Job) -> Label:
    """Return what one of a job's files is."""
    if name.endswith(".csv"):
        return Label(name, csv_type(job.input_format if name == INPUT else job.expected_format))
    return Label(name, CONTENT_TYPES.get(name.rpartition(".")[2], "application/octet-stream"))


def converted_label(job: Job) -> Label:
    """Return what a file is that a job's script has written."""
    return Label(converted_name(job), csv_type(job.expected_format))


def csv_type(written: CsvFormat) -> str:
    """Return the media type of a CSV file, with its charset when that is known."""
    charset = CHARSETS.get(written.encoding)
    return f"text/csv; charset={charset}" if charset else "text/csv"


def converted_name(job: Job) -> str:
    """Name a converted file after the job's title, as far as every file system takes it; else after the job."""
    title = job.job_title.translate(NOT_IN_FILE_NAMES).removesuffix(".csv")
    printable = "".join(character if character.isprintable() else " " for character in title)
    return f"{' '.join(printable.split())[:TITLE_CHARACTERS].strip(' .') or job.job_id}.csv"


async def opened(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Take the first piece, so that a file that is not there is found out before anything is sent; return them all."""
    first = await anext(pieces, b"")

    async def all_pieces() -> AsyncIterator[bytes]:
        yield first
        async for piece in pieces:
            yield piece

    return all_pieces()


async def read(path: Path) -> AsyncIterator[bytes]:
    """Yield a file piece by piece."""
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
            yield piece
