"""The folder in which a server keeps everything; it may hold files of others, too."""

import fcntl
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


class DataFolderUnusable(Exception):
    """The folder cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class DataFolder:
    """Where things are."""

    root: Path
    keeps_jobs: bool = True  # False: another database does

    @property
    def database(self) -> Path:
        """Jobs and events."""
        return self.root / "jobs.db"

    @property
    def database_url(self) -> str:
        """The same, as the job store is told."""
        return f"sqlite:///{self.database}"

    @property
    def lock(self) -> Path:
        """Held by the server that runs, with its process id."""
        return self.root / "server.lock"

    @property
    def artifacts(self) -> Path:
        """Files of the jobs."""
        return self.root / "artifacts"

    @property
    def scratch(self) -> Path:
        """Files of running jobs and calls; emptied at each start, so the name is one that nobody else uses."""
        return self.root / "csv-converter-scratch"

    @property
    def runs(self) -> Path:
        """Where scripts run, on the filesystem of the files that they read and write."""
        return self.scratch / "runs"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder and keep every other server out of it; the kernel ends the hold with the process.

        Raises:
            DataFolderUnusable: another server has it, or it cannot be written.
        """
        self.make()
        with self._locked():
            with suppress(RecursionError):  # what a script of a weak sandbox closed or nested stays, and does no harm
                shutil.rmtree(self.scratch, ignore_errors=True)
            with self.writing():
                self.scratch.mkdir(mode=0o700, exist_ok=not self.scratch.is_symlink())
            yield

    def make(self) -> None:
        """Make what is missing for this user alone, since a folder that was there may be open to others.

        Raises:
            DataFolderUnusable: it cannot be written.
        """
        with self.writing():
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.artifacts.mkdir(mode=0o700, exist_ok=True)
            if self.keeps_jobs:
                self.database.touch(mode=0o600)  # SQLite gives the files beside it the same mode

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Name the folder when something cannot be written in it, for lack of space or of rights.

        Raises:
            DataFolderUnusable: it cannot.
        """
        try:
            yield
        except OSError as error:
            reason = f"cannot write to the data folder {self.root}: {error.strerror}"
            message = f"{reason}; see to that, or set CSV_CONVERTER_DATA_DIR to another folder"
            raise DataFolderUnusable(message) from None

    def instance(self) -> str:
        """Return a name for the server of this folder, the same after each restart and no other server's.

        Raises:
            DataFolderUnusable: the folder cannot be written.
        """
        file = self.root / "server-id"
        with self.writing():
            if not file.exists():
                write_privately(file, uuid.uuid4().hex)
        return file.read_text()

    def in_use(self) -> bool:
        """Tell whether a server runs on the folder."""
        try:
            lock = self.lock.open()
        except FileNotFoundError:
            return False
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self.writing():
            descriptor = os.open(self.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "r+") as lock:
            self._take(lock.fileno())
            yield

    def _take(self, lock: int) -> None:
        if not locked_at_second_try(lock):
            holder = os.pread(lock, 20, 0).decode().strip()
            message = (
                f"the data folder {self.root} is in use by the server with process id {holder}: "
                "stop that one, or set CSV_CONVERTER_DATA_DIR to another folder"
            )
            raise DataFolderUnusable(message)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)


def locked_at_second_try(lock: int) -> bool:
    """Take a lock at once or a moment later, since somebody may just be looking whether it is held."""
    for seconds in (0, 0.1):
        time.sleep(seconds)
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    return False


def write_privately(path: Path, text: str) -> None:
    """Write a file that only this user can read; it is there whole or not at all, also when the server is killed."""
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
