"""Copies everything that a server keeps to where another one is to find it."""

from contextlib import AsyncExitStack
from pathlib import Path

from pydantic import SecretStr

from server.settings import Settings
from server.stores import artifact_store
from storage.interfaces import ArtifactStore, JobStore
from storage.moving.file_move import FileMove
from storage.moving.ledger import Ledger
from storage.moving.move import carry_begin, check_alone, move, table_moves
from storage.moving.progress import MoveRefused, Result, Tell
from storage.ownership import take_ownership
from storage.sql.database import Database, open_database
from storage.sql.job_store import SqlJobStore

LEDGER = "migration.db"  # in the data folder


def destination(here: Settings, database: str, bucket: str, folder: Path | None) -> Settings:
    """Return the settings of a server that finds everything moved; the folder takes what has no other place.

    Raises:
        MoveRefused: a setting names the place already, so it does not tell where things are now.
    """
    already = {
        "CSV_CONVERTER_DATABASE_URL": database and database == here.database_url.get_secret_value(),
        "AWS_BUCKET_NAME": bucket and bucket == here.aws_bucket_name,
    }
    for name in filter(already.get, already):
        raise MoveRefused(f"{name} is set to that place already: unset it until everything has been copied there")
    changes: dict[str, object] = {}
    if folder:
        changes = {"data_dir": folder.expanduser().absolute(), "database_url": SecretStr(""), "aws_bucket_name": ""}
    if database:
        changes["database_url"] = SecretStr(database)
    if bucket:
        changes["aws_bucket_name"] = bucket
    return here.model_copy(update=changes)


async def migrate(here: Settings, there: Settings, tell: Tell) -> list[Result]:
    """Copy what the one settings name to where the others say.

    Raises:
        BucketUnusable, DatabaseUnusable, DataFolderUnusable: a store cannot be opened.
        FilesOfAnotherDatabase: the bucket belongs to another database.
        MoveRefused: something is in the way; nothing was copied.
        StoreUnavailable: a store went away; another run goes on from there.
    """
    if not here.database_url and not here.folder.database.exists():
        raise MoveRefused(f"there is no database in {here.data_dir}: set CSV_CONVERTER_DATA_DIR to the server's folder")
    if places(here) == places(there):
        raise MoveRefused("everything is there already, as the settings say")
    async with AsyncExitStack() as parts:
        parts.enter_context(here.folder.held())
        if there.data_dir != here.data_dir:
            parts.enter_context(there.folder.held())
        source, tables, files = await open_alone(here, parts), [], None
        target = source
        if there.store_url != here.store_url:
            target = await open_alone(there, parts)
            await carry_begin(source, target)
            tables = await table_moves(source, target, tell)
        if file_place(there) != file_place(here):
            ledger = parts.enter_context(Ledger(here.data_dir / LEDGER, file_place(there)))
            old, new = await open_files(here, parts), await open_files(there, parts)
            if there.aws_bucket_name:
                await take_ownership(open_jobs(target, parts), new)
            files = FileMove(open_jobs(source, parts), old, new, ledger, here.folder.scratch, tell)
        return await move(tables, files)


async def open_alone(settings: Settings, parts: AsyncExitStack) -> Database:
    """Open a database on which no server works, for as long as the other parts."""
    database = await open_database(settings.store_url)
    parts.push_async_callback(database.close)
    await check_alone(database)
    return database


async def open_files(settings: Settings, parts: AsyncExitStack) -> ArtifactStore:
    """Open the store of files likewise."""
    artifacts = await artifact_store(settings)
    parts.push_async_callback(artifacts.close)
    return artifacts


def open_jobs(database: Database, parts: AsyncExitStack) -> JobStore:
    """Open the jobs of a database likewise."""
    jobs = SqlJobStore(database)
    parts.push_async_callback(jobs.close)
    return jobs


def file_place(settings: Settings) -> str:
    """Name where files are."""
    return settings.s3.place if settings.aws_bucket_name else str(settings.folder.artifacts)


def places(settings: Settings) -> tuple[str, str]:
    """Name where rows and files are."""
    return settings.store_url, file_place(settings)


def to_be_set(here: Settings, there: Settings) -> dict[str, str]:
    """Return the variables that a server needs to find everything moved, without a password."""
    wanted = {
        "CSV_CONVERTER_DATA_DIR": (str(here.data_dir), str(there.data_dir)),
        "CSV_CONVERTER_DATABASE_URL": tuple(without_password(one.database_url) for one in (here, there)),
        "AWS_BUCKET_NAME": (here.aws_bucket_name, there.aws_bucket_name),
    }
    return {name: new for name, (old, new) in wanted.items() if new != old}


def without_password(url: SecretStr) -> str:
    """Return a database's URL as it may be shown."""
    scheme, colon, rest = url.get_secret_value().partition("://")
    login, at, place = rest.rpartition("@")
    return f"{scheme}{colon}{login.partition(':')[0]}{at}{place}"
