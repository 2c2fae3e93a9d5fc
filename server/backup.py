"""Copies what an embedded server keeps into a folder, while the server runs."""

import asyncio
import shutil
import sqlite3
from contextlib import AsyncExitStack, closing
from pathlib import Path

from server.data_folder import DataFolder
from server.migration import open_files, open_jobs
from server.settings import Settings
from storage.folder_artifact_store import FolderArtifactStore
from storage.moving.file_move import FileMove
from storage.moving.ledger import Ledger
from storage.moving.progress import MoveRefused, Result, Tell
from storage.sql.database import open_database


async def back_up(settings: Settings, folder: Path, tell: Tell) -> list[Result]:
    """Make a data folder with which a server can be started; it has no database until everything is in it.

    The database comes first and the files after it, so whatever the copied database names is there to be copied, too.

    Raises:
        BucketUnusable, DatabaseUnusable, DataFolderUnusable: a store cannot be opened.
        MoveRefused: the folder holds something else, or the database is none of one file.
        StoreUnavailable: the bucket went away.
    """
    if settings.database_url:
        raise MoveRefused("jobs are in PostgreSQL: back it up with pg_dump, and the files after it")
    if not settings.folder.database.exists():
        raise MoveRefused(f"there is no database in {settings.data_dir}")
    copy = DataFolder(folder, keeps_jobs=False)
    if copy.database.exists():
        raise MoveRefused(f"{copy.root} holds a database already: name a new folder")
    with copy.held():
        draft = copy.scratch / copy.database.name
        await asyncio.to_thread(snapshot, settings.folder.database, draft)
        files = await copy_files(settings, draft, copy, tell)
        if not files.differing:
            draft.replace(copy.database)
            shutil.rmtree(copy.scratch)
    return [files]


def snapshot(database: Path, copy: Path) -> None:
    """Copy a database as it stands at one moment; others may write to it meanwhile.

    It forgets when servers began, so that those on the copy sweep away no file of a job that came after it.
    """
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        with target:
            target.execute("DELETE FROM chores")


async def copy_files(settings: Settings, database: Path, copy: DataFolder, tell: Tell) -> Result:
    """Copy the files that the jobs of a database know of."""
    async with AsyncExitStack() as parts:
        opened = await open_database(f"sqlite:///{database}")
        parts.push_async_callback(opened.close)
        jobs, files = open_jobs(opened, parts), await open_files(settings, parts)
        ledger = parts.enter_context(Ledger(copy.scratch / "files.db", str(copy.artifacts)))
        move = FileMove(jobs, files, FolderArtifactStore(copy.artifacts), ledger, copy.scratch, tell)
        await move.run()
        return move.result
