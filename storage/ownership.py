"""Marks a bucket with the database whose jobs its files belong to.

Servers of two databases on one bucket would sweep away each other's files, which no job of their own knows.
"""

from storage.interfaces import ArtifactMissing, ArtifactStore, JobStore

MARK = ".csv-converter/database"  # no user's: no id begins with a dot


class FilesOfAnotherDatabase(Exception):
    """The files belong to the jobs of another database; the message says what to do."""


async def take_ownership(jobs: JobStore, artifacts: ArtifactStore) -> None:
    """Mark files that nobody has marked yet as those of this database, which is known by when it was begun.

    Raises:
        FilesOfAnotherDatabase: they are marked by another one.
    """
    own = repr(await jobs.begun_at()).encode()
    if not await mark(artifacts):
        await artifacts.put(MARK, own)
    if await mark(artifacts) != own:
        raise FilesOfAnotherDatabase(
            "the bucket holds the files of another database: correct AWS_BUCKET_NAME or CSV_CONVERTER_DATABASE_URL; "
            f"if that database is gone for good, delete {MARK} from the bucket"
        )


async def mark(artifacts: ArtifactStore) -> bytes:
    """Return what names the database; nothing when none has marked the files."""
    try:
        return b"".join([piece async for piece in artifacts.read(MARK)])
    except ArtifactMissing:
        return b""
