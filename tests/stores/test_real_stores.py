"""The stores that other tests rely on are real, end and begin again as told, and outlive nobody."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from tests.server.server_process import gone, wait_until
from tests.stores.postgresql import PostgresServer
from tests.stores.processes import OwnedProcess, ProgramFailed

REPOSITORY = Path(__file__).parents[2]
PATIENCE = 30
LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)

OWNER = """
from tests.stores.rclone import Rclone
store = Rclone()
print(store._process.pid, store._process.folder, flush=True)
input()
"""


async def test_each_database_has_all_tables_and_is_apart(postgres: PostgresServer, database_url: str) -> None:
    other = await asyncpg.connect(postgres.create_database())
    await other.execute("DROP TABLE jobs CASCADE")
    await other.close()
    mine = await asyncpg.connect(database_url)
    assert await mine.fetchval("SELECT count(*) FROM jobs") == 0
    await mine.close()


async def test_postgresql_wants_the_right_password(database_url: str) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(database_url, password="wrong")


async def test_postgresql_keeps_what_was_committed_however_it_ends() -> None:
    with PostgresServer() as server:
        for number, end in enumerate((server.stop, server.kill)):
            connection = await asyncpg.connect(server.url("postgres"))
            await connection.execute(f"CREATE TABLE kept_{number} AS SELECT 7")
            end()
            with pytest.raises(LOST):
                await connection.execute("SELECT 1")
            with pytest.raises(LOST):
                await asyncpg.connect(server.url("postgres"))
            server.start()
            assert server.query(f"SELECT * FROM kept_{number}") == "7"


def test_program_that_does_not_start_shows_its_log() -> None:
    with closing(OwnedProcess("shell")) as shell, pytest.raises(ProgramFailed, match="no room"):
        shell.start(["sh", "-c", "echo no room >&2"], ready=lambda: False)


def test_killed_tests_leave_neither_programs_nor_folders() -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    pid, folder = owner.stdout.readline().split()
    assert Path(folder).exists()
    owner.kill()
    owner.communicate()
    assert wait_until(gone({int(pid)}), PATIENCE)
    assert wait_until(lambda: not Path(folder).exists(), PATIENCE)
