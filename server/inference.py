"""Runs learned scripts on other files, which lie on disk on their way in and out."""

import ast
import asyncio
import csv
import errno
import io
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from agents.csv_file import CsvError, check_csv, decode, detect_delimiter
from agents.script_runner import Outcome, ScriptRun
from csvconverter.v1.errors_pb2 import (
    ERROR_REASON_COLUMNS_MISSING,
    ERROR_REASON_CSV_INVALID,
    ERROR_REASON_FILE_TOO_LARGE,
    ERROR_REASON_JOB_NOT_TRAINED,
    ERROR_REASON_SCRIPT_CRASHED,
    ERROR_REASON_SCRIPT_LIMIT_EXCEEDED,
    ERROR_REASON_TRY_AGAIN,
    FieldError,
)
from csvconverter.v1.jobs_pb2 import JOB_STATUS_SUCCEEDED, Job, JobStatus
from executor.inference import InferenceLane
from executor.sandbox.exchange import SandboxLost
from server.errors import Refusal, invalid
from server.listing import existing_job, unknown_job
from server.spooling import Spool
from storage.interfaces import ArtifactMissing, ArtifactStore, JobStore

SCRIPT = "script.py"
SAMPLE_BYTES = 256 * 1024
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
MISSING_COLUMNS = re.compile(
    r"^ERROR missing columns: (\[.*?)(?:; the input has \[|$)", re.MULTILINE
)  # as scripts log it
WRONG_ENCODING = re.compile(r"^ERROR (the file is not written in the expected encoding: .*)$", re.MULTILINE)
WARNING = re.compile(r"^WARNING (.+)$", re.MULTILINE)
DISK_FULL = re.compile(r"^OSError: \[Errno 28\]")  # as the sandbox tells an exception
LIMITS = {Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.OUTPUT_TOO_LARGE}


@dataclass(frozen=True)
class Learned:
    """A trained job and its script."""

    job: Job
    script: bytes


@dataclass(frozen=True)
class Conversion:
    """A converted file; it is gone when the call is over."""

    output: Path
    seconds: float
    warnings: list[str]
    answer_bytes: int  # the largest file that one answer can hold

    def whole(self) -> bytes:
        """Return the file as long as one answer can hold it.

        Raises:
            Refusal: FILE_TOO_LARGE.
        """
        size = self.output.stat().st_size
        if size > self.answer_bytes:
            message = f"the converted file has {size} bytes, more than one answer can hold: use Convert"
            raise Refusal(ERROR_REASON_FILE_TOO_LARGE, message, limit_bytes=str(self.answer_bytes))
        return self.output.read_bytes()

    def rows(self) -> int:
        """Count the rows below the header; for files that fit into memory."""
        _, text = decode(self.output.read_bytes())
        records = csv.reader(io.StringIO(text, newline=""), delimiter=detect_delimiter(text))
        return max(0, sum(1 for record in records if record) - 1)


class Inference:
    """Converts files with the scripts of trained jobs."""

    def __init__(
        self, jobs: JobStore, artifacts: ArtifactStore, lane: InferenceLane, spool: Spool, answer_bytes: int
    ) -> None:
        """Take the stores, the lane on which scripts run, where files lie on their way, and an answer's limit."""
        self.jobs = jobs
        self.artifacts = artifacts
        self.lane = lane
        self.spool = spool
        self.answer_bytes = answer_bytes

    async def learned(self, user_id: str, job_id: str) -> Learned:
        """Return a trained job with its script.

        Raises:
            Refusal: JOB_NOT_FOUND or JOB_NOT_TRAINED.
        """
        stored = await existing_job(self.jobs, user_id, job_id)
        if stored.job.status != JOB_STATUS_SUCCEEDED:
            status = JobStatus.Name(stored.job.status).removeprefix("JOB_STATUS_")
            message = f"job {job_id} is {status}: only a job that has succeeded can convert files"
            raise Refusal(ERROR_REASON_JOB_NOT_TRAINED, message, status=status)
        try:
            script = b"".join([piece async for piece in self.artifacts.read(stored.folder + SCRIPT)])
        except ArtifactMissing:  # deleted or replaced since
            raise unknown_job(user_id, job_id) from None
        return Learned(stored.job, script)

    @asynccontextmanager
    async def conversion(self, script: bytes, content: AsyncIterator[bytes]) -> AsyncIterator[Conversion]:
        """Convert a file that comes in pieces.

        Raises:
            Refusal: CSV_INVALID, COLUMNS_MISSING, SCRIPT_CRASHED, SCRIPT_LIMIT_EXCEEDED or TRY_AGAIN.
        """
        async with self.spool.place() as folder:
            source, output = folder / "input.csv", folder / "output.csv"
            await self.spool.write(content, source)
            await asyncio.to_thread(check_file, source)
            try:
                run = await self.lane.convert(script.decode(), source, output)
            except SandboxLost:
                raise Refusal(ERROR_REASON_TRY_AGAIN, "the sandbox was lost: send the call again") from None
            judge(run)
            yield Conversion(output, run.seconds, WARNING.findall(run.log), self.answer_bytes)


def check_file(path: Path) -> None:
    """Refuse a file that is no CSV file, as far as its beginning shows.

    Raises:
        Refusal: CSV_INVALID.
    """
    with path.open("rb") as file:
        start, rest = file.read(SAMPLE_BYTES), file.read(1)
    try:
        if not rest:
            check_csv(start)
        else:
            decode(without_torn_end(start))
    except CsvError as error:
        raise invalid(ERROR_REASON_CSV_INVALID, file_error("csv_invalid", str(error))) from None


def without_torn_end(start: bytes) -> bytes:
    """Return the beginning of a longer file without a character that goes on behind it."""
    if not start.startswith(UTF_16):
        return start[: start.rfind(b"\n") + 1]
    high_byte = start[-1] if start.startswith(UTF_16[0]) else start[-2]
    return start[:-2] if 0xD8 <= high_byte <= 0xDB else start  # the first half of a surrogate pair


def file_error(kind: str, message: str) -> FieldError:
    """Return what is wrong with the file to convert."""
    return FieldError(loc=["body", "input_file"], msg=message, type=kind)


def judge(run: ScriptRun) -> None:
    """Refuse when a script did not complete.

    Raises:
        Refusal: COLUMNS_MISSING, CSV_INVALID, SCRIPT_CRASHED or SCRIPT_LIMIT_EXCEEDED.
        OSError: with ENOSPC when the disk is full.
    """
    if run.outcome is Outcome.COMPLETED:
        return
    if missing := MISSING_COLUMNS.search(run.log) or MISSING_COLUMNS.search(run.detail):  # a log keeps its end only
        columns = listed(missing[1])
        field = file_error("missing", f"the file lacks the columns {columns}")
        raise invalid(ERROR_REASON_COLUMNS_MISSING, field, columns=columns)
    if encoding := WRONG_ENCODING.search(run.log):
        raise invalid(ERROR_REASON_CSV_INVALID, file_error("csv_invalid", encoding[1]))
    if DISK_FULL.match(run.detail):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if run.outcome in LIMITS:
        raise Refusal(ERROR_REASON_SCRIPT_LIMIT_EXCEEDED, run.detail, limit=run.outcome.name)
    raise Refusal(ERROR_REASON_SCRIPT_CRASHED, f"the learned script failed on this file: {run.detail}")


def listed(names: str) -> str:
    """Return a Python list of names as plain text; a script that logs something else is quoted as it is."""
    try:
        return ", ".join(map(str, ast.literal_eval(names)))
    except (ValueError, SyntaxError, TypeError):
        return names
