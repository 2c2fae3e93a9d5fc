"""Remembers which files were compared, so that a move that is interrupted goes on where it was."""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from storage.interfaces import StoredFile

SCHEMA = """
CREATE TABLE IF NOT EXISTS compared (place, key, size, modified_at, PRIMARY KEY (place, key)) WITHOUT ROWID;
CREATE TEMP TABLE here (key PRIMARY KEY, size, modified_at) WITHOUT ROWID;
CREATE TEMP TABLE there (key PRIMARY KEY, size) WITHOUT ROWID;
"""
TO_DO = """
FROM here LEFT JOIN there USING (key)
LEFT JOIN compared ON compared.place = :place AND compared.key = here.key
WHERE here.key > :after AND NOT (
    there.size IS here.size AND compared.size IS here.size AND compared.modified_at IS here.modified_at
)
"""
NEXT = f"SELECT here.key, here.size, here.modified_at, there.size IS here.size {TO_DO} ORDER BY here.key LIMIT :limit"
LEFT = f"SELECT count(*) {TO_DO}"


class FileToDo(NamedTuple):
    """A file that is to be copied, or at least compared."""

    file: StoredFile
    is_there: bool  # in the same size


class Ledger:
    """A small database of its own, and on the disk, since there may be millions of files."""

    def __init__(self, path: Path, place: str) -> None:
        """Open the file, which is made when it is not there; `place` names where files are moved to."""
        path.touch(mode=0o600)
        self._place = place
        self._database = sqlite3.connect(path)
        self._database.executescript(SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._database.close()

    def list_here(self, files: Iterable[StoredFile]) -> None:
        """Note files that are to be moved."""
        with self._database:
            rows = ((file.key, file.size, file.modified_at) for file in files)
            self._database.executemany("INSERT OR REPLACE INTO here VALUES (?, ?, ?)", rows)

    def list_there(self, files: Iterable[StoredFile]) -> None:
        """Note files that are where these are moved to."""
        with self._database:
            rows = ((file.key, file.size) for file in files)
            self._database.executemany("INSERT OR REPLACE INTO there VALUES (?, ?)", rows)

    def listed(self) -> int:
        """Count the files that are to be moved."""
        return int(self._database.execute("SELECT count(*) FROM here").fetchone()[0])

    def left(self) -> int:
        """Count those that are not known to be there and equal."""
        return int(self._database.execute(LEFT, {"place": self._place, "after": ""}).fetchone()[0])

    def next(self, after: str, limit: int) -> Sequence[FileToDo]:
        """Return such files, in order from behind a key on."""
        found = self._database.execute(NEXT, {"place": self._place, "after": after, "limit": limit})
        return [FileToDo(StoredFile(*file), bool(is_there)) for *file, is_there in found]

    def compared(self, files: Iterable[StoredFile]) -> None:
        """Note that files are there and equal, for this run and for those to come."""
        with self._database:
            rows = ((self._place, file.key, file.size, file.modified_at) for file in files)
            self._database.executemany("INSERT OR REPLACE INTO compared VALUES (?, ?, ?, ?)", rows)
