"""The commands by which docs/storage.md backs up and restores do so."""

import os
import re
import shutil
import subprocess
import time
from contextlib import AsyncExitStack
from pathlib import Path

from server.data_folder import DataFolder
from storage.folder_artifact_store import FolderArtifactStore
from storage.orphans import sweep
from storage.ownership import MARK, take_ownership
from storage.s3.artifact_store import S3ArtifactStore
from storage.sql.database import open_database
from storage.sql.job_store import SqlJobStore
from tests.server.server_process import COMMAND, environment
from tests.storage.filled import accept, fill, filled_folder
from tests.storage.test_moving import Place
from tests.stores.postgresql import PROGRAMS
from tests.stores.rclone import Rclone
from tests.stores.s3 import new_bucket

DOCS = (Path(__file__).parents[2] / "docs" / "storage.md").read_text()
COMMANDS = re.findall(r"```sh\n(.*?)```", DOCS.partition("## Backup and restore")[2], re.DOTALL)
BACK_UP_FOLDER, RESTORE_FOLDER, BACK_UP_SHARED, RESTORE_SHARED = COMMANDS


def run(commands: str, folder: Path, **variables: str) -> None:
    """Run commands as they are pasted into a shell, on a server that finds its data folder by default."""
    path = f"{Path(COMMAND).parent}:{PROGRAMS}:{os.environ['PATH']}"
    given = {name: value for name, value in environment(folder).items() if name != "CSV_CONVERTER_DATA_DIR"}
    subprocess.run(["bash", "-euc", commands], cwd=folder, env=given | variables | {"PATH": path}, check=True)


async def test_a_data_folder_is_restored(tmp_path):
    folder = DataFolder(tmp_path / "var")
    folder.make()
    database, artifacts = await filled_folder(folder.root)
    before = await Place(database, artifacts).rows(), await Place(database, artifacts).contents()
    run(BACK_UP_FOLDER, tmp_path)
    await fill_more(database, artifacts)
    await database.close()
    shutil.rmtree(folder.artifacts)
    run(RESTORE_FOLDER, tmp_path)
    restored = await open_database(folder.database_url)
    place = Place(restored, FolderArtifactStore(folder.artifacts))
    assert (await place.rows(), await place.contents()) == before
    await restored.close()


async def fill_more(database, artifacts) -> None:
    jobs = SqlJobStore(database)
    await accept(jobs, artifacts, "later")
    await jobs.delete("ann", "done-0")
    await jobs.close()


async def test_a_shared_database_and_a_bucket_are_restored(tmp_path, database_url, rclone: Rclone):
    settings = new_bucket(rclone)
    variables = rclone.variables(settings.bucket) | {"CSV_CONVERTER_DATABASE_URL": database_url}
    variables |= {"RCLONE_CONFIG": "/dev/null"}
    async with AsyncExitStack() as parts:
        artifacts = await S3ArtifactStore.open(settings)
        parts.push_async_callback(artifacts.close)
        database = await open_database(database_url)
        await fill(database, artifacts)
        jobs = SqlJobStore(database)
        await take_ownership(jobs, artifacts)
        await jobs.close()
        before = await Place(database, artifacts).rows(), await Place(database, artifacts).contents()
        run(BACK_UP_SHARED, tmp_path, **variables)
        await fill_more(database, artifacts)
        await database.close()
        lost, later = list(before[1])[::2], (await Place(database, artifacts).contents()).keys() - before[1].keys()
        await artifacts.remove(lost)

        run(BACK_UP_SHARED.partition("pg_dump")[0] + RESTORE_SHARED, tmp_path, **variables)
        database = await open_database(database_url)
        parts.push_async_callback(database.close)
        jobs = SqlJobStore(database)
        parts.push_async_callback(jobs.close)
        await take_ownership(jobs, artifacts)
        place = Place(database, artifacts)
        assert await place.rows() == before[0]
        assert await sweep(jobs, artifacts, await jobs.begun_at(), time.time() + 1000) == 0
        assert later
        restored = {key: content for key, content in (await place.contents()).items() if key not in later}
        assert restored == before[1] | {MARK: restored[MARK]}
