"""Files on their way from one artifact store to another."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.artifact_key import OF_A_JOB
from storage.folder_artifact_store import is_unfinished
from storage.interfaces import ArtifactMissing, ArtifactStore, JobStore
from storage.moving.ledger import FileToDo, Ledger
from storage.moving.progress import Progress, Result, Tell
from storage.orphans import orphans

AT_ONCE = 4  # files on their way
TRIES = 3  # since a server that runs may just have written a job's metadata.json again
BATCH = 100  # files after which is noted what was compared


class FileMove:
    """Copies the files that jobs know of. Each is read back from where it arrived and compared by its SHA-256."""

    def __init__(
        self, jobs: JobStore, source: ArtifactStore, target: ArtifactStore, ledger: Ledger, scratch: Path, tell: Tell
    ) -> None:
        """Take what there is here and there, and a folder with room for a few of the largest files."""
        self._jobs = jobs
        self._source = source
        self._target = target
        self._ledger = ledger
        self._scratch = scratch
        self._tell = tell
        self._free = asyncio.Semaphore(AT_ONCE)
        self.result = Result("files")

    async def run(self) -> None:
        """Do all of it."""
        await self._list()
        left = self._ledger.left()
        self.result.compared = self._ledger.listed() - left
        done, after = 0, ""
        while batch := self._ledger.next(after, BATCH):
            await self._move(batch)
            after = batch[-1].file.key
            done += len(batch)
            self._tell(Progress("copy", "files", done, left))

    async def _list(self) -> None:
        async for files in self._source.list(""):
            ours = [file for file in files if OF_A_JOB.fullmatch(file.key) and not is_unfinished(file.key)]
            unknown = set(await orphans(self._jobs, ours))
            self._ledger.list_here(file for file in ours if file not in unknown)
            self.result.unknown += len(unknown)
        async for files in self._target.list(""):
            self._ledger.list_there(files)

    async def _move(self, batch: Sequence[FileToDo]) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                moves = [group.create_task(self._move_one(to_do)) for to_do in batch]
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        equal = [to_do.file for to_do, move in zip(batch, moves, strict=True) if move.result()]
        self._ledger.compared(equal)
        self.result.compared += len(equal)

    async def _move_one(self, to_do: FileToDo) -> bool:
        """Copy a file unless it is there and equal; tell whether it is so in the end."""
        key = to_do.file.key
        async with self._free:
            try:
                if to_do.is_there and await self._is_equal(key):
                    return True
                for _ in range(TRIES):
                    await self._copy(key)
                    if await self._is_equal(key):
                        return True
                self.result.differing.append(key)
            except ArtifactMissing:
                self.result.gone.append(key)
        return False

    async def _copy(self, key: str) -> None:
        with TemporaryDirectory(dir=self._scratch) as folder:
            path = Path(folder, "file")
            await self._source.fetch(key, path)
            await self._target.put(key, path)
        self.result.copied += 1

    async def _is_equal(self, key: str) -> bool:
        """Read a file here and there."""
        return await digest(self._source.read(key)) == await digest(self._target.read(key))


async def digest(content: AsyncIterator[bytes]) -> bytes:
    """Return the SHA-256 of a content."""
    found = hashlib.sha256()
    async for piece in content:
        found.update(piece)
    return found.digest()
