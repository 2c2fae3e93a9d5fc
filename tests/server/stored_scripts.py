"""Other scripts in the place of learned ones."""

from pathlib import Path

from server.data_folder import DataFolder
from storage.folder_artifact_store import FolderArtifactStore
from tests.storage.opened import open_jobs


async def put_script(data_dir: Path, user: str, job: str, script: str) -> None:
    """Replace the script of a trained job in a server's data folder."""
    folder = DataFolder(data_dir)
    jobs = await open_jobs(folder.database_url)
    stored = await jobs.get(user, job)
    await jobs.close()
    await FolderArtifactStore(folder.artifacts).put(stored.folder + "script.py", script.encode())
