"""Artifacts as plain files in a folder."""

import asyncio
import errno
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from storage.interfaces import ArtifactMissing

PIECE_BYTES = 1024 * 1024
CHANGED_MEANWHILE = (errno.ENOENT, errno.ENOTEMPTY)  # another deletion was faster, or a file was added


class FolderArtifactStore:
    """An ArtifactStore whose keys are paths below a root folder, which may hold files of others as well."""

    kind = "folder"

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    async def put(self, key: str, content: bytes | Path) -> None:
        """See ArtifactStore."""
        await asyncio.to_thread(_write, self._path(key), content)

    async def read(self, key: str) -> AsyncIterator[bytes]:
        """See ArtifactStore."""
        with await asyncio.to_thread(self._open, key) as file:
            while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
                yield piece

    async def fetch(self, key: str, target: Path) -> None:
        """See ArtifactStore."""
        await asyncio.to_thread(self._copy, key, target)

    async def remove(self, key: str) -> None:
        """See ArtifactStore."""
        await asyncio.to_thread(self._remove_file, self._path(key))

    async def delete(self, prefix: str) -> None:
        """See ArtifactStore."""
        if not prefix.endswith("/"):
            raise ValueError(f"the prefix {prefix!r} does not end with a slash")
        await asyncio.to_thread(self._remove_folder, self._path(prefix[:-1]))

    async def close(self) -> None:
        """See ArtifactStore."""

    def _path(self, key: str) -> Path:
        """Return where a key's file is; no key leads out of the root, be it by its name or through a symbolic link."""
        path = self._root.joinpath(*key.split("/"))
        if "\0" in key or {"", ".", ".."}.intersection(key.split("/")) or path.resolve() != path:
            raise ValueError(f"the key {key!r} does not name a place below {self._root}")
        return path

    def _open(self, key: str) -> BinaryIO:
        try:
            return self._path(key).open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise ArtifactMissing(f"there is no artifact {key}") from None

    def _copy(self, key: str, target: Path) -> None:
        with self._open(key) as source, target.open("xb") as file:
            shutil.copyfileobj(source, file, PIECE_BYTES)

    def _remove_file(self, path: Path) -> None:
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
            return tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        except FileNotFoundError:
            continue
        except FileExistsError as error:
            if Path(error.filename).is_file():
                raise
