"""Finds jobs: one by its ids, or a user's jobs page by page."""

import base64
import binascii
import hashlib
import itertools
from collections.abc import Sequence

from csvconverter.v1.errors_pb2 import ERROR_REASON_FIELD_INVALID, ERROR_REASON_JOB_NOT_FOUND, FieldError
from csvconverter.v1.services_pb2 import ListJobsRequest, ListJobsResponse
from server.errors import Refusal, invalid
from storage.interfaces import JobStore, StoredJob

PAGE_SIZE, LARGEST_PAGE = 100, 1000
PAGE_BYTES = 2 << 20  # gRPC clients accept 4 MiB a message unless told otherwise
READ_AT_ONCE = PAGE_SIZE + 1  # jobs are at most 3 MiB each: a thousand of the largest are not held in memory
DIGEST_BYTES = 8


async def existing_job(jobs: JobStore, user_id: str, job_id: str) -> StoredJob:
    """Return one job.

    Raises:
        Refusal: JOB_NOT_FOUND.
    """
    if stored := await jobs.get(user_id, job_id):
        return stored
    raise unknown_job(user_id, job_id)


def unknown_job(user_id: str, job_id: str) -> Refusal:
    """Return the refusal of a call about a job that is not there."""
    return Refusal(ERROR_REASON_JOB_NOT_FOUND, f"there is no job {job_id} of {user_id}")


async def page_of_jobs(jobs: JobStore, request: ListJobsRequest) -> ListJobsResponse:
    """Return one page, and the token of the next when there may be one."""
    size = min(request.page_size or PAGE_SIZE, LARGEST_PAGE)
    after = read_token(request) if request.page_token else ""
    found = await read(jobs, request, after, size + 1)
    page = found[: min(size, fitting(found))]
    token = write_token(request, page[-1].position) if len(page) < len(found) else ""
    return ListJobsResponse(jobs=[stored.job for stored in page], next_page_token=token)


async def read(jobs: JobStore, request: ListJobsRequest, after: str, most: int) -> list[StoredJob]:
    """Return what follows a position: so many jobs, all that are left, or at least one more than fit into a page."""
    found: list[StoredJob] = []
    while len(found) < most and len(found) <= fitting(found):
        limit = min(READ_AT_ONCE, most - len(found))
        after = found[-1].position if found else after
        more = await jobs.list_jobs(request.client_id, status=request.status or None, after=after, limit=limit)
        found += more
        if len(more) < limit:
            break
    return found


def fitting(found: Sequence[StoredJob]) -> int:
    """Return how many of the jobs fit into one answer; the first always does."""
    ends = itertools.accumulate(stored.job.ByteSize() for stored in found)
    return max(1, sum(end <= PAGE_BYTES for end in ends))


def write_token(request: ListJobsRequest, position: str) -> str:
    """Return a token that continues this list, and no other, after a position."""
    return base64.urlsafe_b64encode(digest(request, position) + position.encode()).decode()


def read_token(request: ListJobsRequest) -> str:
    """Return the position after which the list goes on.

    Raises:
        Refusal: FIELD_INVALID when the token is not one that this list gave.
    """
    try:
        token = base64.b64decode(request.page_token, altchars=b"-_", validate=True)
        position = token[DIGEST_BYTES:].decode("ascii")
        if token[:DIGEST_BYTES] == digest(request, position) and position.isprintable():  # no database takes NUL
            return position
    except (binascii.Error, UnicodeDecodeError):
        pass
    message = "wanted next_page_token of the page before, with the same client_id and status"
    raise invalid(ERROR_REASON_FIELD_INVALID, FieldError(loc=["body", "page_token"], msg=message, type="value_error"))


def digest(request: ListJobsRequest, position: str) -> bytes:
    """Return a short digest of a list and a place in it; the size of its pages may change from page to page."""
    return hashlib.sha256(f"{request.client_id}/{request.status}/{position}".encode()).digest()[:DIGEST_BYTES]
