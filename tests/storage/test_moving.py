"""Moving from one place to another: everything arrives once and equal, however often it is interrupted."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text

from storage.folder_artifact_store import FolderArtifactStore
from storage.interfaces import ArtifactStore, StoredKey
from storage.moving.file_move import FileMove
from storage.moving.ledger import Ledger
from storage.moving.move import check_alone, move, table_moves
from storage.moving.progress import MoveRefused, Progress, Result
from storage.moving.rows import PAGE_BYTES, end_of_page
from storage.moving.tables import LEFT_OUT, moved_tables
from storage.s3.artifact_store import S3ArtifactStore
from storage.s3.settings import S3Settings
from storage.sql.audit_log import SqlAuditLog
from storage.sql.database import Database, open_database
from storage.sql.job_store import SqlJobStore
from storage.sql.key_store import SqlKeyStore
from storage.sql.models import Base, JobRow
from tests.contract.jobs import submission, submit
from tests.storage.filled import complete, filled_folder, statuses
from tests.stores.rclone import Rclone


@dataclass
class Place:
    """Where things are kept."""

    database: Database
    artifacts: ArtifactStore

    async def contents(self) -> dict[str, bytes]:
        """Return all files."""
        keys = [file.key async for files in self.artifacts.list("") for file in files]
        return {key: b"".join([piece async for piece in self.artifacts.read(key)]) for key in keys}

    async def rows(self) -> dict[str, int]:
        """Count the rows of all tables that are moved."""
        count = select(func.count())
        return {
            table.name: await self.database.read(lambda session, table=table: session.scalar(count.select_from(table)))
            for table in moved_tables()
        }


@dataclass
class Mover:
    """Moves from one place to another, and remembers what it was told."""

    source: Place
    target: Place
    folder: Path
    tell: Callable[[Progress], None] = lambda progress: None
    told: list[Progress] = field(default_factory=list)

    async def __call__(self) -> dict[str, Result]:
        def hear(progress: Progress) -> None:
            self.told.append(progress)
            self.tell(progress)

        jobs = SqlJobStore(self.source.database)
        try:
            with Ledger(self.folder / "ledger.db", "there") as ledger:
                files = FileMove(jobs, self.source.artifacts, self.target.artifacts, ledger, self.folder, hear)
                tables = await table_moves(self.source.database, self.target.database, hear)
                return {result.name: result for result in await move(tables, files)}
        finally:
            await jobs.close()


@pytest.fixture
async def parts() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as parts:
        yield parts


@pytest.fixture
async def source(tmp_path: Path, parts: AsyncExitStack) -> Place:
    place = Place(*await filled_folder(tmp_path / "source"))
    parts.push_async_callback(place.database.close)
    return place


@pytest.fixture
async def folder(tmp_path: Path, parts: AsyncExitStack) -> Place:
    """Make other embedded stores."""
    database = await open_database(f"sqlite:///{tmp_path}/target/jobs.db")
    parts.push_async_callback(database.close)
    return Place(database, FolderArtifactStore(tmp_path / "target" / "artifacts"))


@pytest.fixture
async def shared(database_url: str, rclone: Rclone, parts: AsyncExitStack) -> Place:
    """Make stores that servers can share."""
    database = await open_database(database_url)
    parts.push_async_callback(database.close)
    keys = {"access_key": rclone.access_key, "secret_key": rclone.secret_key}
    settings = S3Settings(rclone.create_bucket(), endpoint_url=rclone.endpoint_url, **keys)
    artifacts = await S3ArtifactStore.open(settings)
    parts.push_async_callback(artifacts.close)
    return Place(database, artifacts)


@pytest.fixture(params=["folder", "shared"])
def target(request: pytest.FixtureRequest) -> Place:
    return request.getfixturevalue(request.param)


@pytest.fixture
def mover(source: Place, folder: Place, tmp_path: Path) -> Mover:
    return Mover(source, folder, tmp_path)


@pytest.fixture
def to_either(source: Place, target: Place, tmp_path: Path) -> Mover:
    return Mover(source, target, tmp_path)


async def test_everything_arrives_and_then_there_is_nothing_left_to_do(to_either: Mover) -> None:
    before = await to_either.source.rows(), await to_either.source.contents()
    results = await to_either()
    rows, contents = await to_either.target.rows(), await to_either.target.contents()
    assert (rows, contents) == before
    assert (await to_either.source.rows(), await to_either.source.contents()) == before
    assert {name: result.copied for name, result in results.items()} == rows | {"files": len(contents)}
    again = await to_either()
    assert {result.copied for result in again.values()} == {0}
    assert {name: result.compared for name, result in again.items()} == {
        name: result.copied for name, result in results.items()
    }
    assert not any(result.differing for result in (*results.values(), *again.values()))


async def test_jobs_go_on_where_they_arrive(mover: Mover) -> None:
    await mover()
    jobs = SqlJobStore(mover.target.database)
    try:
        assert await statuses(jobs, "ann") == await statuses(SqlJobStore(mover.source.database), "ann")
        [lost] = await jobs.reap()
        assert lost.job.job_id == "running"
        for _ in range(2):
            claim = await jobs.claim("another server", 60)
            await complete(jobs, mover.target.artifacts, claim)
        assert set((await statuses(jobs, "ann") | await statuses(jobs, "bob")).values()) == {"JOB_STATUS_SUCCEEDED"}
    finally:
        await jobs.close()


async def test_rows_of_others_stay_and_what_arrives_is_counted_on(to_either: Mover) -> None:
    audit, keys = SqlAuditLog(to_either.target.database), SqlKeyStore(to_either.target.database)
    await keys.add(StoredKey("theirs", b"digest", frozenset({"*"}), "", 1.0), by="them")
    await keys.revoke("theirs", 2.0, by="them")
    theirs, ours = await audit.entries(), await SqlAuditLog(to_either.source.database).entries()
    await to_either()
    assert await audit.entries() == [*ours, *theirs]
    assert {result.copied for result in (await to_either()).values()} == {0}
    assert [key.key_id for key in await keys.changes(0)] == ["theirs", "key-1", "key-0"]
    await keys.revoke("key-1", 3.0, by="them")
    assert [entry.detail for entry in await audit.entries(limit=1)] == ["key-1"]
    assert (await keys.changes(4))[-1].key_id == "key-1"


async def test_a_database_on_which_a_server_works_is_refused(database_url: str) -> None:
    server, database = await open_database(database_url), await open_database(database_url)
    await server.read(lambda session: session.scalar(text("SELECT 1")))  # from now on it is connected
    try:
        with pytest.raises(MoveRefused, match="stop them first"):
            await check_alone(database)
        await server.close()
        await check_alone(database)
    finally:
        await server.close()
        await database.close()


@pytest.mark.parametrize("gets_there_first", ["another life", "another state"])
async def test_a_job_that_is_there_already_is_named_and_nothing_is_copied(mover: Mover, gets_there_first: str) -> None:
    if gets_there_first == "another life":
        jobs = SqlJobStore(mover.target.database)
        await submit(jobs, submission("done-1", "ann"))
        await jobs.close()
    else:
        await mover()
        jobs = SqlJobStore(mover.target.database)
        await jobs.cancel("bob", "waiting")
        await jobs.close()
    before = await mover.target.rows(), await mover.target.contents()
    with pytest.raises(MoveRefused, match=r"job (done-1 of ann|waiting of bob)"):
        await mover()
    assert (await mover.target.rows(), await mover.target.contents()) == before


async def test_a_move_that_is_interrupted_anywhere_goes_on(mover: Mover) -> None:
    class Interrupted(Exception):
        pass

    def interrupt(progress: Progress) -> None:
        if progress not in seen:
            seen.append(progress)
            raise Interrupted

    seen: list[Progress] = []
    mover.tell = interrupt
    while True:
        try:
            results = await mover()
        except Interrupted:
            continue
        break
    assert len(seen) > len(results)
    arrived = await mover.source.rows() | {"files": len(await mover.source.contents())}
    assert {name: result.compared for name, result in results.items()} == arrived
    assert await mover.target.contents() == await mover.source.contents()


async def test_a_file_that_is_damaged_where_it_is_going_is_replaced(mover: Mover) -> None:
    key, content = next(iter((await mover.source.contents()).items()))
    await mover.target.artifacts.put(key, b"x" * len(content))
    assert (await mover())["files"].differing == []
    assert await mover.target.contents() == await mover.source.contents()


class BadDisk(FolderArtifactStore):
    """Keeps something else than what it was given."""

    async def put(self, key: str, content: bytes | Path) -> None:
        await super().put(key, b"damaged")


async def test_files_that_arrive_damaged_are_named(mover: Mover, tmp_path: Path) -> None:
    mover.target.artifacts = BadDisk(tmp_path / "bad")
    files = (await mover())["files"]
    assert sorted(files.differing) == sorted(await mover.source.contents())
    assert files.compared == 0


async def test_a_row_that_is_changed_meanwhile_is_named(mover: Mover) -> None:
    changed = SqlJobStore(mover.source.database)

    async def one_more() -> None:
        await changed.cancel("bob", "waiting")

    tables = await table_moves(mover.source.database, mover.target.database, mover.told.append)
    for table in tables:
        await table.copy()
    await one_more()
    await changed.close()
    for table in tables:
        await table.compare()
    differing = {table.result.name: table.result.differing for table in tables}
    assert differing["jobs"] == ["job waiting of bob"]
    assert differing["keys"] == []


async def test_files_that_no_job_knows_are_left_behind(mover: Mover) -> None:
    life = "0" * 32
    for key in (f"ann/done-0/{life}/input.csv", "notes/of/others.txt", "ann/done-0/.csv-converter-x.part"):
        await mover.source.artifacts.put(key, b"stray")
    await mover()
    assert not any(content == b"stray" for content in (await mover.target.contents()).values())


async def test_every_table_is_moved_or_named_as_left_out(mover: Mover) -> None:
    assert {table.name for table in moved_tables()} | set(LEFT_OUT) == {t.name for t in Base.metadata.sorted_tables}
    assert all((await mover.source.rows()).values()), "one of the tables is empty, so moving it proves nothing"


async def test_many_rows_arrive_in_pages(mover: Mover, tmp_path: Path) -> None:
    def add(session) -> None:
        template = dict(session.execute(select(JobRow.__table__).limit(1)).mappings().one())
        own = [{"life": f"life-{n:04}", "job_id": f"job-{n}", "request_id": None} for n in range(1200)]
        session.execute(insert(JobRow.__table__), [template | one for one in own])

    await mover.source.database.write(add)
    assert (await mover())["jobs"].compared == 1205
    assert len([one for one in mover.told if (one.doing, one.name) == ("copy", "jobs")]) == 3


def test_a_page_ends_where_memory_would() -> None:
    assert end_of_page([]) is None
    assert end_of_page([("a", 1), ("b", 2)]) == ("b",)
    assert end_of_page([("a", PAGE_BYTES + 1), ("b", 0)]) == ("a",)
    assert end_of_page([("a", 1, 9), ("a", 2, PAGE_BYTES - 9), ("b", 1, 1)]) == ("a", 2)
