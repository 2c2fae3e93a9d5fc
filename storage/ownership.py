"""Marks a bucket with the database whose jobs its files belong to.

Servers of two databases on one bucket would sweep away each other's files, which no job of their own knows.
"""

from storage.interfaces import ArtifactMissing, ArtifactStore, JobStore

MARK = ".csv-converter/database"  # no user's: no id begins with a dot


class FilesOfAnotherDatabase(Exception):
    """The files belong to the jobs of another database: what was found, and how to mend it."""

    found = "the bucket holds the files of another database"
    mend = (
        "correct AWS_BUCKET_NAME or CSV_CONVERTER_DATABASE_URL; "
        f"if that database is gone for good, delete {MARK} from the bucket"
    )

    def __init__(self) -> None:
        super().__init__(f"{self.found}: {self.mend}")


async def take_ownership(jobs: JobStore, artifacts: ArtifactStore) -> None:
    """Mark files that nobody has marked yet as those of this database, which is known by when it was begun.

    Raises:
        FilesOfAnotherDatabase: they are marked by another one.
    """
    begun_at = await jobs.begun_at()
    if not await mark(artifacts):
        await artifacts.put(MARK, repr(begun_at).encode())
    await check_ownership(artifacts, begun_at)


async def check_ownership(artifacts: ArtifactStore, begun_at: float | None) -> None:
    """Make sure that nobody has marked the files but the database that was begun then; None: it is yet to begin.

    Raises:
        FilesOfAnotherDatabase: they are marked by another one.
    """
    if await mark(artifacts) not in (b"", repr(begun_at).encode()):
        raise FilesOfAnotherDatabase


async def mark(artifacts: ArtifactStore) -> bytes:
    """Return what names the database; nothing when none has marked the files."""
    try:
        return b"".join([piece async for piece in artifacts.read(MARK)])
    except ArtifactMissing:
        return b""
