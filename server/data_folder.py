"""The folder in which a server keeps everything; it may hold files of others, too."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class DataFolderUnusable(Exception):
    """The folder cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class DataFolder:
    """Where things are."""

    root: Path

    @property
    def database(self) -> Path:
        """Jobs and events."""
        return self.root / "jobs.db"

    @property
    def database_url(self) -> str:
        """The same, as the job store is told."""
        return f"sqlite:///{self.database}"

    @property
    def artifacts(self) -> Path:
        """Files of the jobs."""
        return self.root / "artifacts"

    @property
    def scratch(self) -> Path:
        """Files of running jobs and calls; emptied at each start, so the name is one that nobody else uses."""
        return self.root / "csv-converter-scratch"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder and keep every other server out of it; the kernel ends the hold with the process.

        Raises:
            DataFolderUnusable: another server has it, or it cannot be written.
        """
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise self._unwritable(error) from None
        with self.locked():
            shutil.rmtree(self.scratch, ignore_errors=True)
            self._make_places()
            yield

    def _make_places(self) -> None:
        """Make what is missing for this user alone, since the folder itself may be open to others.

        Raises:
            DataFolderUnusable: it cannot be written.
        """
        try:
            self.scratch.mkdir(mode=0o700)
            self.artifacts.mkdir(mode=0o700, exist_ok=True)
            self.database.touch(mode=0o600)  # SQLite gives the files beside it the same mode
        except OSError as error:
            raise self._unwritable(error) from None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of a folder that exists.

        Raises:
            DataFolderUnusable: another server has it, or it cannot be written.
        """
        try:
            descriptor = os.open(self.root / "server.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._unwritable(error) from None
        with os.fdopen(descriptor, "r+") as lock:
            self._take(lock.fileno())
            yield

    def _unwritable(self, error: OSError) -> DataFolderUnusable:
        reason = f"cannot write to the data folder {self.root}: {error.strerror}"
        return DataFolderUnusable(f"{reason}; allow it, or set CSV_CONVERTER_DATA_DIR to another folder")

    def _take(self, lock: int) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(lock, 20, 0).decode().strip()
            message = (
                f"the data folder {self.root} is in use by the server with process id {holder}: "
                "stop that one, or set CSV_CONVERTER_DATA_DIR to another folder"
            )
            raise DataFolderUnusable(message) from None
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
