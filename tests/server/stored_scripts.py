"""Other scripts in the place of learned ones."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

from server.data_folder import DataFolder

ATTEMPTS = count(100)


def put_script(data_dir: Path, user: str, job: str, script: str | None) -> str:
    """Commit another attempt of a trained job, with another script or none, and return the folder of the one before.

    What is committed never changes, so a server need not look again.
    """
    folder = DataFolder(data_dir)
    old = committed(folder, user, job)
    new = f"{old.rsplit('/', 2)[0]}/attempt-{next(ATTEMPTS)}/"
    shutil.copytree(folder.artifacts / old, folder.artifacts / new)
    path = folder.artifacts / new / "script.py"
    path.unlink()
    if script is not None:
        path.write_text(script)
    commit(folder, user, job, new)
    return old


@contextmanager
def script_replaced(data_dir: Path, user: str, job: str, script: str) -> Iterator[None]:
    """Put another script in the place of the learned one for a while."""
    learned = put_script(data_dir, user, job, script)
    try:
        yield
    finally:
        commit(DataFolder(data_dir), user, job, learned)


def committed(folder: DataFolder, user: str, job: str) -> str:
    """Return the folder of the attempt that counts."""
    with closing(sqlite3.connect(folder.database)) as database:
        return database.execute("SELECT folder FROM jobs WHERE user_id = ? AND job_id = ?", (user, job)).fetchone()[0]


def commit(folder: DataFolder, user: str, job: str, attempt: str) -> None:
    """Have this attempt's folder count."""
    with closing(sqlite3.connect(folder.database, timeout=30)) as database, database:
        database.execute("UPDATE jobs SET folder = ? WHERE user_id = ? AND job_id = ?", (attempt, user, job))
