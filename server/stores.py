"""Chooses the store that keeps files."""

from server.settings import Settings
from storage.folder_artifact_store import FolderArtifactStore
from storage.interfaces import ArtifactStore


async def artifact_store(settings: Settings) -> ArtifactStore:
    """Open the bucket that is set, or else the data folder's own files.

    Raises:
        BucketUnusable: the bucket cannot be used.
    """
    if not settings.aws_bucket_name:
        return FolderArtifactStore(settings.folder.artifacts)
    from storage.s3.artifact_store import S3ArtifactStore  # takes most of a second

    return await S3ArtifactStore.open(settings.s3)
