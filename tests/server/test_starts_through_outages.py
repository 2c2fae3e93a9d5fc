"""What becomes of a start whose stores go away in the middle."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from csvconverter.v1.errors_pb2 import ERROR_REASON_TRY_AGAIN
from executor.worker import EXPECTED, INPUT
from server.errors import Refusal
from server.examples import Examples
from server.spooling import Spool
from server.training import TrainingJobs
from server.transfers import Transfers
from storage.folder_artifact_store import FolderArtifactStore
from storage.interfaces import Accepted, JobStore, OutcomeUnknown, StoreUnavailable, Submission
from storage.sql.database import Database, open_database
from storage.sql.job_store import SqlJobStore
from tests.server.conftest import training_request


class LosesAnswers(SqlJobStore):
    """Stores each job, and its answer never comes."""

    async def create(self, submission: Submission, queue_size: int | None = None) -> Accepted:
        await super().create(submission, queue_size)
        raise OutcomeUnknown("the database went away while it stored something")


class TakesNoJob(SqlJobStore):
    """Goes away before it has stored a job."""

    async def create(self, submission: Submission, queue_size: int | None = None) -> Accepted:
        raise StoreUnavailable("the database is away")


class KeepsFiles(FolderArtifactStore):
    """Goes away when files are to be deleted."""

    async def delete(self, prefix: str) -> None:
        raise StoreUnavailable("the bucket is away")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await open_database(f"sqlite:///{tmp_path}/jobs.db")
    yield opened
    await opened.close()


def training(jobs: JobStore, artifacts: FolderArtifactStore, folder: Path) -> TrainingJobs:
    return TrainingJobs(jobs, artifacts, Examples(Transfers(jobs, artifacts), Spool(folder), 1000), queue_size=10)


def names(folder: Path) -> set[str]:
    return {path.name for path in (folder / "artifacts").rglob("*") if path.is_file()}


async def test_job_that_may_have_been_accepted_keeps_its_files(database: Database, tmp_path: Path) -> None:
    losing, jobs = LosesAnswers(database), SqlJobStore(database)
    artifacts = FolderArtifactStore(tmp_path / "artifacts")
    request = training_request("ann", job_id="job", request_id="once")
    with pytest.raises(Refusal, match="same request_id") as refusal:
        await training(losing, artifacts, tmp_path).start(request)
    assert refusal.value.reason == ERROR_REASON_TRY_AGAIN
    assert names(tmp_path) == {INPUT, EXPECTED}
    job = await training(jobs, artifacts, tmp_path).start(request)
    assert [stored.life for stored in await jobs.list_jobs("ann")] == [job.uid]
    assert names(tmp_path) == {INPUT, EXPECTED, "metadata.json"}
    await losing.close()
    await jobs.close()


async def test_job_that_was_not_accepted_leaves_nothing(database: Database, tmp_path: Path) -> None:
    jobs = TakesNoJob(database)
    with pytest.raises(StoreUnavailable):
        await training(jobs, FolderArtifactStore(tmp_path / "artifacts"), tmp_path).start(training_request("ann"))
    assert names(tmp_path) == set()
    await jobs.close()


async def test_first_of_two_failures_is_told(database: Database, tmp_path: Path) -> None:
    jobs = TakesNoJob(database)
    with pytest.raises(StoreUnavailable, match="the database is away"):
        await training(jobs, KeepsFiles(tmp_path / "artifacts"), tmp_path).start(training_request("ann"))
    await jobs.close()


async def test_job_is_replaced_though_the_old_files_cannot_be_removed(database: Database, tmp_path: Path) -> None:
    jobs = SqlJobStore(database)
    accepting = training(jobs, KeepsFiles(tmp_path / "artifacts"), tmp_path)
    old, new = [await accepting.start(training_request("ann", job_id="job")) for _ in range(2)]
    assert (await jobs.get("ann", "job")).life == new.uid != old.uid
    await jobs.close()
