"""Opening the database and keeping its tables up to date."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from storage.database import Database
from storage.models import Base


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(f"sqlite:///{tmp_path}/jobs.db")
    yield opened
    await opened.close()


async def test_migrations_lead_to_the_tables_of_the_models(database: Database) -> None:
    async with database.read() as session:
        connection = await session.connection()
        assert await connection.run_sync(differences) == []


async def test_stores_that_open_together_take_turns(tmp_path: Path) -> None:
    databases = await asyncio.gather(*(Database.open(f"sqlite:///{tmp_path}/jobs.db") for _ in range(20)))
    for database in databases:
        async with database.read() as session:
            assert await session.scalar(text("SELECT version_num FROM alembic_version")) == "0002"
        await database.close()


async def test_missing_folder_is_made(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite:///{tmp_path}/new/folder/jobs.db")
    await database.close()
    assert (tmp_path / "new" / "folder" / "jobs.db").exists()


@pytest.mark.parametrize("url", ["postgresql://ann:secret@host/jobs", "sqlite://", "sqlite:///:memory:"])
async def test_database_that_cannot_serve_is_refused_with_a_hint(url: str) -> None:
    with pytest.raises(ValueError, match="write sqlite:") as refused:
        await Database.open(url)
    assert "secret" not in str(refused.value)


async def test_database_of_a_newer_version_is_refused(tmp_path: Path, database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ValueError, match=r"9999.*newer version"):
        await Database.open(f"sqlite:///{tmp_path}/jobs.db")


async def test_failed_write_changes_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as session:
            await session.execute(text("DELETE FROM alembic_version"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM alembic_version")) == 1


async def test_reader_does_not_wait_for_a_writer(database: Database) -> None:
    async with database.write() as writing:
        await writing.execute(text("DELETE FROM alembic_version"))
        async with database.read() as reading:
            assert await reading.scalar(text("SELECT count(*) FROM alembic_version")) == 1


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


async def test_full_disk_is_told_as_such(database: Database) -> None:
    async def write_too_much() -> None:
        async with database.write() as session:
            await session.execute(text("PRAGMA max_page_count = 1"))  # as large as it is now
            await session.execute(text("CREATE TABLE large AS SELECT zeroblob(1000000)"))

    with pytest.raises(OSError, match="No space left on device"):
        await write_too_much()
