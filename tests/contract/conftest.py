"""Every implementation of the interfaces, opened on an empty folder, database or bucket."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from storage.folder_artifact_store import FolderArtifactStore
from storage.interfaces import ArtifactStore, AuditLog, JobStore, KeyStore
from storage.s3.artifact_store import S3ArtifactStore
from storage.sql.audit_log import SqlAuditLog
from storage.sql.database import Database, open_database
from storage.sql.job_store import SqlJobStore
from storage.sql.key_store import SqlKeyStore
from tests.stores.s3 import new_bucket

OpenDatabase = Callable[[], Awaitable[Database]]
OpenJobStore = Callable[[], Awaitable[JobStore]]
OpenKeyStore = Callable[[], Awaitable[KeyStore]]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/jobs.db"
    return str(request.getfixturevalue("database_url"))


@pytest.fixture
async def open_another(url: str) -> AsyncIterator[OpenDatabase]:
    """Open the database again, as a restarted or a second server does."""
    opened: list[Database] = []

    async def open_one() -> Database:
        opened.append(await open_database(url))
        return opened[-1]

    yield open_one
    for database in opened:
        await database.close()


@pytest.fixture
async def open_job_store(open_another: OpenDatabase) -> AsyncIterator[OpenJobStore]:
    opened: list[JobStore] = []

    async def open_one() -> JobStore:
        opened.append(SqlJobStore(await open_another()))
        return opened[-1]

    yield open_one
    for store in opened:
        await store.close()


@pytest.fixture
async def jobs(open_job_store: OpenJobStore) -> JobStore:
    return await open_job_store()


@pytest.fixture(params=["folder", "moto", "rclone"])
async def artifacts(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ArtifactStore]:
    if request.param == "folder":
        store: ArtifactStore = FolderArtifactStore(tmp_path / "artifacts")
    else:
        store = await S3ArtifactStore.open(new_bucket(request.getfixturevalue(request.param)))
    yield store
    await store.close()


@pytest.fixture
async def open_key_store(open_another: OpenDatabase) -> AsyncIterator[OpenKeyStore]:
    opened: list[KeyStore] = []

    async def open_one() -> KeyStore:
        opened.append(SqlKeyStore(await open_another()))
        return opened[-1]

    yield open_one
    for store in opened:
        await store.close()


@pytest.fixture
async def keys(open_key_store: OpenKeyStore) -> KeyStore:
    return await open_key_store()


@pytest.fixture
async def audit(open_another: OpenDatabase) -> AsyncIterator[AuditLog]:
    """Open the audit trail of the same database."""
    log = SqlAuditLog(await open_another())
    yield log
    await log.close()
