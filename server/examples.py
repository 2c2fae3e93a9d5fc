"""The two files of a training: in its request, or as uploads, which lie on the disk while they are looked at."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from agents.csv_file import CsvError, check_csv
from csvconverter.v1.errors_pb2 import ERROR_REASON_CSV_INVALID, ERROR_REASON_FILE_TOO_LARGE, FieldError
from csvconverter.v1.services_pb2 import StartTrainingRequest
from executor.worker import EXPECTED, INPUT
from server.errors import Refusal, invalid
from server.spooling import Spool
from server.transfers import Transfers

FIELDS = {INPUT: ("input_file", "input_upload"), EXPECTED: ("expected_output_file", "expected_output_upload")}
"""Which fields of the request bring a file, by its name among the job's artifacts: itself, or the id of an upload."""


@dataclass(frozen=True)
class ExampleFile:
    """One of the two files."""

    name: str  # among the job's artifacts
    field: str  # of the request
    content: bytes | Path


class Examples:
    """Brings the files of trainings together."""

    def __init__(self, transfers: Transfers, spool: Spool, max_upload_bytes: int) -> None:
        self.transfers = transfers
        self.spool = spool
        self.max_upload_bytes = max_upload_bytes

    @asynccontextmanager
    async def of(self, request: StartTrainingRequest) -> AsyncIterator[Sequence[ExampleFile]]:
        """Bring both files together; what becomes of an upload meanwhile does not matter.

        Raises:
            Refusal: UPLOAD_NOT_FOUND or FILE_TOO_LARGE.
        """
        async with self.spool.place() as folder:
            yield [await self._file(request, name, folder / name) for name in FIELDS]

    async def _file(self, request: StartTrainingRequest, name: str, target: Path) -> ExampleFile:
        field, upload = FIELDS[name]
        if not request.HasField(upload):
            return ExampleFile(name, field, getattr(request, field))
        pieces = await self.transfers.sent(request.user_id, getattr(request, upload), upload)
        await self.spool.write(at_most(self.max_upload_bytes, pieces, upload), target)
        return ExampleFile(name, upload, target)


async def at_most(limit: int, pieces: AsyncIterator[bytes], field: str) -> AsyncIterator[bytes]:
    """Pass pieces on up to so many bytes.

    Raises:
        Refusal: FILE_TOO_LARGE.
    """
    passed = 0
    async for piece in pieces:
        passed += len(piece)
        if passed > limit:
            message = f"{field}: the file has more than {limit} bytes, and examples may have no more"
            raise Refusal(ERROR_REASON_FILE_TOO_LARGE, message, limit_bytes=str(limit))
        yield piece


def check(example: Sequence[ExampleFile]) -> None:
    """Refuse files that cannot be read as CSV; what can be repaired is the worker's business.

    Raises:
        Refusal: CSV_INVALID naming one or both.
    """
    problems = []
    for file in example:
        try:
            check_csv(file.content)
        except CsvError as error:
            problems.append(FieldError(loc=["body", file.field], msg=str(error), type="csv_invalid"))
    if problems:
        raise invalid(ERROR_REASON_CSV_INVALID, *problems)


def fingerprint(request: StartTrainingRequest, example: Sequence[ExampleFile]) -> str:
    """Return a digest of the whole request, in which an upload counts as the file that it is."""
    brought = {field for fields in FIELDS.values() for field in fields}
    rest = {field.name: value for field, value in request.ListFields() if field.name not in brought}
    whole = hashlib.sha256(StartTrainingRequest(**rest).SerializeToString(deterministic=True))
    for file in example:
        whole.update(digest(file.content))
    return whole.hexdigest()


def digest(content: bytes | Path) -> bytes:
    """Return the SHA-256 of a file."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).digest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
