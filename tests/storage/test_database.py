"""Opening the database and keeping its tables up to date."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.orm import Session

from storage.sql.database import Database, DatabaseUnusable, open_database
from storage.sql.models import Base


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = await open_database(url)
    yield opened
    await opened.close()


async def test_migrations_lead_to_the_tables_of_the_models(database: Database) -> None:
    def differences(session: Session) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(session.connection()), Base.metadata))

    assert await database.read(differences) == []


async def test_processes_that_open_it_together_take_turns(url: str) -> None:
    databases = await asyncio.gather(*(open_database(url, pool_size=1) for _ in range(20)))
    for database in databases:
        assert await database.read(lambda session: session.scalar(text("SELECT version_num FROM alembic_version")))
        await database.close()


async def test_missing_folder_is_made(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path}/new/folder/jobs.db")
    await database.close()
    assert (tmp_path / "new" / "folder" / "jobs.db").exists()


@pytest.mark.parametrize("url", ["mysql://ann:secret@host/jobs", "sqlite://", "sqlite:///:memory:", "no url: secret"])
async def test_database_that_cannot_serve_is_refused_with_a_hint(url: str) -> None:
    with pytest.raises(DatabaseUnusable, match="write postgresql:") as refused:
        await open_database(url)
    assert "secret" not in str(refused.value)


async def test_database_of_a_newer_version_is_refused(url: str, database: Database) -> None:
    await database.write(lambda session: session.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(DatabaseUnusable, match=r"9999.*newer version"):
        await open_database(url)


async def test_failed_write_changes_nothing(database: Database) -> None:
    def fail(session: Session) -> None:
        session.execute(text("DELETE FROM alembic_version"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.write(fail)
    assert await database.read(versions) == 1


async def test_reader_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path}/jobs.db")
    deleted, counted = threading.Event(), threading.Event()

    def write(session: Session) -> None:
        session.execute(text("DELETE FROM alembic_version"))
        deleted.set()
        assert counted.wait(60)

    writing = asyncio.create_task(database.write(write))
    await asyncio.to_thread(deleted.wait)
    assert await database.read(versions) == 1
    counted.set()
    await writing
    await database.close()


async def test_full_disk_is_told_as_such(tmp_path: Path) -> None:
    def write_too_much(session: Session) -> None:
        session.execute(text("PRAGMA max_page_count = 1"))  # as large as it is now
        session.execute(text("CREATE TABLE large AS SELECT zeroblob(1000000)"))

    database = await open_database(f"sqlite:///{tmp_path}/jobs.db")
    with pytest.raises(OSError, match="No space left on device"):
        await database.write(write_too_much)
    await database.close()


def versions(session: Session) -> int | None:
    return session.scalar(text("SELECT count(*) FROM alembic_version"))
