"""A store with something of everything in it: jobs in every state, their events and files, keys, the audit trail."""

import uuid
from pathlib import Path

from csvconverter.v1.jobs_pb2 import JobStatus
from storage.folder_artifact_store import FolderArtifactStore
from storage.interfaces import ArtifactStore, Claim, JobStore, StoredKey
from storage.metadata import write_metadata
from storage.sql.database import Database, open_database
from storage.sql.job_store import SqlJobStore
from storage.sql.key_store import SqlKeyStore
from tests.contract.jobs import finished, said, submission, submit

SCRIPT = b"import pandas as pd\n"


async def accept(
    jobs: JobStore,
    artifacts: ArtifactStore,
    job_id: str,
    user_id: str = "ann",
    files: tuple[bytes, bytes] = (b"id\n1\n", b"id\n1\n"),
) -> str:
    """Have a job accepted as a server does, and return its life."""
    submitted = submission(job_id, user_id, life=uuid.uuid4().hex, request_id=f"request-{job_id}")
    for name, content in zip(("input.csv", "expected.csv"), files, strict=True):
        await artifacts.put(submitted.stored.life_folder + name, content)
    await submit(jobs, submitted)
    await write_metadata(jobs, artifacts, submitted.job)
    return submitted.job.uid


async def complete(jobs: JobStore, artifacts: ArtifactStore, claim: Claim) -> None:
    """Finish a job as a pool does."""
    await jobs.append(claim, [said("one"), said("two")])
    folder = f"{claim.stored.life_folder}attempt-{claim.attempt}/"
    await artifacts.put(folder + "script.py", SCRIPT)
    await jobs.finish(claim, finished(claim), folder)
    await write_metadata(jobs, artifacts, claim.stored.job)


async def fill(database: Database, artifacts: ArtifactStore, count: int = 3) -> None:
    """Add so many jobs that have succeeded, one that runs, one that waits, and two keys, one of them revoked."""
    jobs, keys = SqlJobStore(database), SqlKeyStore(database)
    await jobs.begun_at()
    for number in range(count):
        await accept(jobs, artifacts, f"done-{number}")
        claim = await jobs.claim("server", 60)
        assert claim
        await complete(jobs, artifacts, claim)
    await accept(jobs, artifacts, "running")
    await jobs.claim("server", 3600)
    await accept(jobs, artifacts, "waiting", "bob")
    for number in range(2):
        await keys.add(StoredKey(f"key-{number}", bytes([number]) * 32, frozenset({"ann"}), "label", 1.5), by="test")
    await keys.revoke("key-0", 2.5, by="test")
    await jobs.cancel("ann", "done-0", by="key-1")
    assert (await jobs.load()).queued
    await jobs.close()


async def filled_folder(root: Path, count: int = 3) -> tuple[Database, FolderArtifactStore]:
    """Return the embedded stores, with that in them."""
    database, artifacts = await open_database(f"sqlite:///{root}/jobs.db"), FolderArtifactStore(root / "artifacts")
    await fill(database, artifacts, count)
    return database, artifacts


async def statuses(jobs: JobStore, user_id: str) -> dict[str, str]:
    """Return how the jobs of a user stand."""
    return {stored.job.job_id: JobStatus.Name(stored.job.status) for stored in await jobs.list_jobs(user_id)}
