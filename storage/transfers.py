"""Files that callers send to the store and read from it without the server: where they lie, and for how long.

They lie apart from those of jobs, so that what is old is found by listing these alone. No user's id begins with a dot.
"""

import uuid
from collections.abc import AsyncIterator, Sequence

from csvconverter.v1.jobs_pb2 import Job
from storage.interfaces import ArtifactStore, StoredFile
from storage.pages import remove_pages

UPLOADS, DOWNLOADS = ".uploads/", ".downloads/"
KEEP_SECONDS = 24 * 3600.0


def upload_key(user_id: str, upload_id: str) -> str:
    """Return the key of a file that a user sends."""
    return f"{UPLOADS}{user_id}/{upload_id}"


def new_download_key(job: Job) -> str:
    """Return a key for a file that was converted with a job."""
    return f"{DOWNLOADS}{job.user_id}/{job.job_id}/{uuid.uuid4().hex}"


async def delete_transfers(artifacts: ArtifactStore, user_id: str) -> None:
    """Delete all that a user has sent, and all that was converted for him."""
    for folder in (UPLOADS, DOWNLOADS):
        await artifacts.delete(f"{folder}{user_id}/")


async def delete_downloads(artifacts: ArtifactStore, user_id: str, job_id: str) -> None:
    """Delete all that was converted with a job."""
    await artifacts.delete(f"{DOWNLOADS}{user_id}/{job_id}/")


async def expire_transfers(artifacts: ArtifactStore, stored_before: float) -> int:
    """Delete what was stored before a time, of all users, and return how many files that were."""
    removed = 0

    async def remove(files: Sequence[StoredFile]) -> None:
        nonlocal removed
        old = [file.key for file in files if file.modified_at < stored_before]
        await artifacts.remove(old)
        removed += len(old)

    await remove_pages(_all(artifacts), remove)
    return removed


async def _all(artifacts: ArtifactStore) -> AsyncIterator[Sequence[StoredFile]]:
    for folder in (UPLOADS, DOWNLOADS):
        async for files in artifacts.list(folder):
            yield files
