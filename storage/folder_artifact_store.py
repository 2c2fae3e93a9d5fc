"""Artifacts as plain files in a folder."""

import asyncio
import errno
import os
import shutil
import stat
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO, ParamSpec

from storage.artifact_key import check_key, check_prefix
from storage.interfaces import ArtifactMissing, StoredFile

P = ParamSpec("P")

PIECE_BYTES = 1024 * 1024
PAGE_FILES = 1000
UNFINISHED = (".csv-converter-", ".part")  # how the name of a file that is being written begins and ends
CHANGED_MEANWHILE = (errno.ENOENT, errno.ENOTEMPTY)  # another deletion was faster, or a file was added


class FolderArtifactStore:
    """An ArtifactStore whose keys are paths below a root folder, which may hold files of others as well."""

    kind = "folder"

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    async def put(self, key: str, content: bytes | Path) -> None:
        """See ArtifactStore."""
        await _to_its_end(_write, self._path(key), content)

    async def read(self, key: str) -> AsyncIterator[bytes]:
        """See ArtifactStore."""
        with await asyncio.to_thread(self._open, key) as file:
            while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
                yield piece

    async def fetch(self, key: str, target: Path) -> None:
        """See ArtifactStore."""
        await _to_its_end(self._copy, key, target)

    async def list(self, prefix: str) -> AsyncIterator[Sequence[StoredFile]]:
        """See ArtifactStore; files that are being written are listed, too."""
        files = self._files(self._folder(prefix) if prefix else self._root)
        while page := await asyncio.to_thread(lambda: tuple(islice(files, PAGE_FILES))):
            yield page

    async def remove(self, keys: Collection[str]) -> None:
        """See ArtifactStore."""
        await asyncio.to_thread(self._remove_files, [self._path(key) for key in keys])

    async def delete(self, prefix: str) -> None:
        """See ArtifactStore."""
        await asyncio.to_thread(self._remove_folder, self._folder(prefix))

    async def tidy(self, seconds: float) -> None:
        """See ArtifactStore."""
        await asyncio.to_thread(self._remove_unfinished, time.time() - seconds)

    async def upload_url(self, key: str, size: int, seconds: float) -> None:
        """See ArtifactStore; a folder has none."""

    async def download_url(self, key: str, seconds: float, *, disposition: str, content_type: str) -> None:
        """See ArtifactStore; a folder has none."""

    async def close(self) -> None:
        """See ArtifactStore."""

    def _path(self, key: str) -> Path:
        """Return where a key's file is; no key leads out of the root, be it by its name or through a symbolic link."""
        check_key(key)
        path = self._root.joinpath(*key.split("/"))
        if path.resolve() != path:
            raise ValueError(f"the key {key!r} does not name a place below {self._root}")
        return path

    def _folder(self, prefix: str) -> Path:
        check_prefix(prefix)
        return self._path(prefix[:-1])

    def _open(self, key: str) -> BinaryIO:
        try:
            return self._path(key).open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise ArtifactMissing(f"there is no artifact {key}") from None

    def _copy(self, key: str, target: Path) -> None:
        with self._open(key) as source, target.open("xb") as file:
            shutil.copyfileobj(source, file, PIECE_BYTES)

    def _files(self, folder: Path) -> Iterator[StoredFile]:
        """Yield what lies below a folder, as far as it is plain files and is not removed meanwhile."""
        for parent, _, names in os.walk(folder):
            for name in names:
                path = Path(parent, name)
                try:
                    found = path.lstat()
                except FileNotFoundError:
                    continue
                if stat.S_ISREG(found.st_mode):
                    yield StoredFile(path.relative_to(self._root).as_posix(), found.st_size, found.st_mtime)

    def _remove_unfinished(self, before: float) -> None:
        for file in self._files(self._root):
            if file.modified_at <= before and is_unfinished(file.key):
                self._remove_files([self._root / file.key])

    def _remove_files(self, paths: Sequence[Path]) -> None:
        for path in paths:
            if path.is_file():
                path.unlink(missing_ok=True)
                self._prune(path)

    def _remove_folder(self, folder: Path) -> None:
        while folder.is_dir():
            try:
                shutil.rmtree(folder)
            except OSError as error:
                if error.errno not in CHANGED_MEANWHILE:
                    raise
        self._prune(folder)

    def _prune(self, removed: Path) -> None:
        """Remove the folders above what was removed that have become empty."""
        for parent in removed.relative_to(self._root).parents[:-1]:
            try:
                (self._root / parent).rmdir()
            except OSError:  # something is left in it
                break


def is_unfinished(key: str) -> bool:
    """Tell whether a file that was listed is one that is being written, or that a kill has left unfinished."""
    beginning, end = UNFINISHED
    name = key.rpartition("/")[2]
    return name.startswith(beginning) and name.endswith(end)


async def _to_its_end(work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Work in a thread; a caller who is cancelled waits all the same, lest he removes a file that is being written."""
    working = asyncio.create_task(asyncio.to_thread(work, *args, **kwargs))
    try:
        await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.gather(working, return_exceptions=True)
        raise


def _write(path: Path, content: bytes | Path) -> None:
    """Write beside the place and rename, so that a file is there whole or not at all."""
    while True:
        name = _written_beside(path, content)
        try:
            os.replace(name, path)
        except FileNotFoundError:  # a deletion of the whole folder has just taken it along
            continue
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return


def _written_beside(path: Path, content: bytes | Path) -> str:
    """Write a file of another name into the same folder, and return its path."""
    descriptor, name = _new_file_beside(path)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                with content.open("rb") as source:
                    shutil.copyfileobj(source, file, PIECE_BYTES)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return name


def _new_file_beside(path: Path) -> tuple[int, str]:
    """Make the folder and a file in it, as often as a deletion removes the folder meanwhile."""
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED[0], suffix=UNFINISHED[1])
        except FileNotFoundError:
            continue
        except FileExistsError as error:
            if Path(error.filename).is_file():
                raise
