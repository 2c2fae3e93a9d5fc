"""Runs learned scripts on other files, which lie on disk on their way in and out."""

import ast
import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from agents.csv_file import CsvError, check_csv, count_rows
from agents.reading.merging import WARNING
from agents.script_runner import Outcome, ScriptRun
from agents.wording import printable
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
from csvconverter.v1.jobs_pb2 import JOB_STATUS_SUCCEEDED, CsvFormat, Job, JobStatus
from csvconverter.v1.plans_pb2 import Plan
from executor.inference import LIMITS, InferenceLane
from executor.sandbox.exchange import SandboxLost
from server.errors import Refusal, invalid
from server.listing import existing_job, unknown_job
from server.script_memory import ScriptMemory
from server.spooling import Spool
from storage.interfaces import ArtifactMissing, ArtifactStore, JobStore

SCRIPT = "script.py"
MISSING_COLUMNS = re.compile(
    r"^ERROR missing columns: (\[.*?)(?:; the input has \[|$)", re.MULTILINE
)  # as scripts log it
WRONG_ENCODING = re.compile(r"^ERROR (the (?:input cannot be decoded|output cannot be written as)\b.*)$", re.MULTILINE)
QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
NAMES_READ = 4096  # characters, more than are shown
REASONS_SHOWN = 3


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
    written_as: CsvFormat

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
        """Count the rows below the header, if there is one."""
        return count_rows(self.output, self.written_as)


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
        self.scripts = ScriptMemory()

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
            return Learned(stored.job, await self.script(stored.folder))
        except ArtifactMissing:  # deleted or replaced since
            raise unknown_job(user_id, job_id) from None

    async def script(self, folder: str) -> bytes:
        """Return the script that a committed attempt has written.

        Raises:
            ArtifactMissing: the job was deleted or replaced.
        """
        script = self.scripts.get(folder)
        if script is None:
            script = b"".join([piece async for piece in self.artifacts.read(folder + SCRIPT)])
            self.scripts.keep(folder, script)
        return script

    @asynccontextmanager
    async def conversion(
        self, learned: Learned, content: AsyncIterator[bytes], place: Sequence[str]
    ) -> AsyncIterator[Conversion]:
        """Convert a file that comes in pieces, and whose place in the call is told with what is wrong with it.

        Raises:
            Refusal: CSV_INVALID, COLUMNS_MISSING, SCRIPT_CRASHED, SCRIPT_LIMIT_EXCEEDED or TRY_AGAIN.
            OSError: the disk is full.
        """
        async with self.spool.place() as folder:
            source, output = folder / "input.csv", folder / "output.csv"
            await self.spool.write(content, source)
            await asyncio.to_thread(check_file, source, learned.job.input_format, place)
            try:
                run = await self.lane.convert(
                    learned.script.decode(), source, output, row_local=learned.job.plan.row_local
                )
            except SandboxLost:
                raise Refusal(ERROR_REASON_TRY_AGAIN, "the sandbox was lost: send the call again") from None
            judge(run, place, learned.job.plan)
            if learned.job.expected_format.has_header and not output.stat().st_size:
                raise Refusal(ERROR_REASON_SCRIPT_CRASHED, "the learned script wrote nothing, not even a header")
            warnings = WARNING.findall(run.log)
            yield Conversion(output, run.seconds, warnings, self.answer_bytes, learned.job.expected_format)


def check_file(path: Path, example: CsvFormat, place: Sequence[str]) -> None:
    """Refuse a file that is no CSV file; it may be a single row when that of the example had no header.

    Raises:
        Refusal: CSV_INVALID.
    """
    try:
        check_csv(path, example.has_header)
    except CsvError as error:
        raise invalid(ERROR_REASON_CSV_INVALID, FieldError(loc=place, msg=str(error), type="csv_invalid")) from None


def judge(run: ScriptRun, place: Sequence[str], plan: Plan) -> None:
    """Refuse when a script did not complete.

    Raises:
        Refusal: COLUMNS_MISSING, CSV_INVALID, SCRIPT_CRASHED or SCRIPT_LIMIT_EXCEEDED.
    """
    if run.outcome is Outcome.COMPLETED:
        return
    if missing := MISSING_COLUMNS.search(run.log) or MISSING_COLUMNS.search(run.detail):  # a log keeps its end only
        columns = listed(missing[1])
        field = FieldError(loc=place, msg=f"the file lacks the columns {columns}", type="missing")
        raise invalid(ERROR_REASON_COLUMNS_MISSING, field, columns=columns)
    if encoding := WRONG_ENCODING.search(run.log):
        raise invalid(ERROR_REASON_CSV_INVALID, FieldError(loc=place, msg=encoding[1], type="csv_invalid"))
    if run.outcome in LIMITS:
        message = f"{run.detail} {advice(plan)}"
        raise Refusal(ERROR_REASON_SCRIPT_LIMIT_EXCEEDED, message, limit=run.outcome.name)
    raise Refusal(ERROR_REASON_SCRIPT_CRASHED, f"the learned script failed on this file: {run.detail}")


def advice(plan: Plan) -> str:
    """Say what helps when a script needs more than it may have."""
    if plan.row_local:
        return "Convert the file in smaller parts."
    if plan.needs_all_rows:
        reasons = "; ".join(plan.needs_all_rows[:REASONS_SHOWN])
        return (
            f"No part of the file can be converted alone, since all rows are needed for this: {reasons}. "
            "Leave out rows that are not needed, or let scripts have more in the server's settings."
        )
    return "If each of its rows can be converted by itself, convert the file in smaller parts."


def listed(names: str) -> str:
    """Return a Python list of texts as plain text; a script that logs something else is quoted as it is."""
    try:
        return ", ".join(printable(ast.literal_eval(name)) for name in QUOTED.findall(names[:NAMES_READ])) or names
    except (ValueError, SyntaxError):
        return names
