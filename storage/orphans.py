"""Removes files that no job knows: what deletions, replacements and lost attempts leave behind, wherever they stopped.

The files are listed first and the database is asked afterwards. A life that begins later has no file in the list, so
this is exact also while other servers store files, and it can be interrupted and repeated at any point.
"""

import re
from collections.abc import Sequence

from storage.interfaces import ArtifactStore, JobStore, KnownLife, StoredFile

OURS = re.compile(r"[^/]+/[^/]+/(metadata\.json|[0-9a-f]{32}/.+)")
"""What this program stores; a bucket may hold files of others."""

LIFE_DEPTH = 3  # folders above a file that belongs to a life

ATTEMPT = re.compile(r"attempt-(\d+)/.+")


async def remove_orphans(jobs: JobStore, artifacts: ArtifactStore, prefix: str) -> None:
    """Remove everything below the prefix of a user or a job that belongs to no life, nor to an attempt that counts."""
    async for files in artifacts.list(prefix):
        await artifacts.remove(await orphans(jobs, files))


async def sweep(jobs: JobStore, artifacts: ArtifactStore, modified_before: float) -> int:
    """Do the same with all that this program has stored before a time, and return how many files were removed."""
    removed = 0
    async for files in artifacts.list(""):
        ours = [file for file in files if OURS.fullmatch(file.key) and file.modified_at < modified_before]
        left_behind = await orphans(jobs, ours)
        await artifacts.remove(left_behind)
        removed += len(left_behind)
    return removed


async def orphans(jobs: JobStore, files: Sequence[StoredFile]) -> list[str]:
    """Return the keys of the files that nobody will ask for."""
    lives = await jobs.known_lives({job_of(file.key) for file in files})
    known = {life.folder: life for life in lives}
    existing = {job_of(life.folder) for life in lives if life.exists}
    return [file.key for file in files if is_orphan(file.key, known, existing)]


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
    if not attempt:
        return False
    if life.committed:
        return not f"{life.folder}{path}".startswith(life.committed)
    return int(attempt[1]) < life.attempt


def job_of(key: str) -> tuple[str, str]:
    """Return the user and the job in whose folder a file lies; the job is empty when it lies in no job's folder."""
    user_id, _, rest = key.partition("/")
    job_id, slash, _ = rest.partition("/")
    return user_id, job_id if slash else ""
