"""Removes files that no job knows: what deletions, replacements and lost attempts leave behind, wherever they stopped.

The files are listed first and the database is asked afterwards. It knows each life and each attempt before the first of
its files is stored, and none of them comes again: whatever is listed and then unknown stays unknown. So this is exact,
also while other servers store files, and it can be interrupted and repeated at any point.
"""

import json
import re
from collections.abc import Collection, Sequence

from csvconverter.v1.jobs_pb2 import Job
from storage.artifact_key import OF_A_JOB
from storage.interfaces import ArtifactMissing, ArtifactStore, JobStore, KnownLife, StoredFile
from storage.metadata import metadata_key, write_metadata
from storage.pages import remove_pages

LIFE_DEPTH = 3  # folders above a file that belongs to a life

ATTEMPT = re.compile(r"attempt-(\d+)/.+")

METADATA_BYTES = 16 << 20  # more than describes any job


async def remove_orphans(jobs: JobStore, artifacts: ArtifactStore, prefix: str) -> None:
    """Remove everything below the prefix of a user or a job that belongs to no life, nor to an attempt that counts."""

    async def remove(files: Sequence[StoredFile]) -> None:
        await _remove(jobs, artifacts, [file.key for file in await orphans(jobs, files)])

    await remove_pages(artifacts.list(prefix), remove)


async def sweep(jobs: JobStore, artifacts: ArtifactStore, modified_after: float, modified_before: float) -> int:
    """Do the same with all that this program has stored between two times, and return how many files were removed.

    What was there before the database was belongs to another one; the first time keeps it.
    """
    removed = 0

    async def remove(files: Sequence[StoredFile]) -> None:
        nonlocal removed
        stored_then = [file for file in files if modified_after <= file.modified_at < modified_before]
        ours = [file for file in stored_then if OF_A_JOB.fullmatch(file.key)]
        keys = [file.key for file in await orphans(jobs, ours) if await _is_ours(artifacts, file)]
        await _remove(jobs, artifacts, keys)
        removed += len(keys)

    await remove_pages(artifacts.list(""), remove)
    return removed


async def orphans(jobs: JobStore, files: Sequence[StoredFile]) -> list[StoredFile]:
    """Return the files that nobody will ask for."""
    lives = await jobs.known_lives({job_of(file.key) for file in files}) if files else []
    known = {life.folder: life for life in lives}
    existing = {job_of(life.folder) for life in lives if life.exists}
    return [file for file in files if is_orphan(file.key, known, existing)]


async def _remove(jobs: JobStore, artifacts: ArtifactStore, keys: Collection[str]) -> None:
    """Remove orphans. A new job may have come under an old one's name meanwhile: its metadata is written again."""
    try:
        await artifacts.remove(keys)
    finally:  # others are gone when the store keeps one
        described = {job_of(key) for key in keys if _is_metadata(key)}
        for life in await jobs.known_lives(described) if described else []:
            if life.exists:
                user_id, job_id = job_of(life.folder)
                await write_metadata(jobs, artifacts, Job(user_id=user_id, job_id=job_id))


async def _is_ours(artifacts: ArtifactStore, file: StoredFile) -> bool:
    """Tell whether a file is what its name says: metadata.json is a common one."""
    if not _is_metadata(file.key):
        return True
    if file.size > METADATA_BYTES:
        return False
    try:
        described = json.loads(b"".join([piece async for piece in artifacts.read(file.key)]))
    except (ArtifactMissing, ValueError, RecursionError):
        return False
    return isinstance(described, dict) and (described.get("user_id"), described.get("job_id")) == job_of(file.key)


def _is_metadata(key: str) -> bool:
    user_id, job_id = job_of(key)
    return key == metadata_key(Job(user_id=user_id, job_id=job_id))


def is_orphan(key: str, known: dict[str, KnownLife], existing: set[tuple[str, str]]) -> bool:
    """Tell whether a file belongs to no life of the known ones, given by their folders, and to no existing job."""
    if key.count("/") < LIFE_DEPTH:  # directly in the folder of the job, or above
        return job_of(key) not in existing
    user_id, job_id, life_id, path = key.split("/", 3)
    life = known.get(f"{user_id}/{job_id}/{life_id}/")
    return life is None or is_lost_attempt(path, life)


def is_lost_attempt(path: str, life: KnownLife) -> bool:
    """Tell whether a path below a life's folder leads to an attempt that does not count and never will."""
    attempt = ATTEMPT.fullmatch(path)
    if not attempt or int(attempt[1]) == life.attempt:
        return False
    return not (life.committed and f"{life.folder}{path}".startswith(life.committed))


def job_of(key: str) -> tuple[str, str]:
    """Return the user and the job in whose folder a file lies; the job is empty when it lies in no job's folder."""
    user_id, _, rest = key.partition("/")
    job_id, slash, _ = rest.partition("/")
    return user_id, job_id if slash else ""
