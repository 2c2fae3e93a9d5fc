"""The data folder when it is not the server's own."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from server.data_folder import DataFolder, DataFolderUnusable


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_places_in_an_open_folder_are_for_the_server_alone(tmp_path):
    tmp_path.chmod(0o755)
    folder = DataFolder(tmp_path)
    with folder.held():
        assert [mode(path) for path in (folder.artifacts, folder.scratch)] == [0o700, 0o700]
        assert mode(folder.database) == 0o600
    assert mode(tmp_path) == 0o755


def test_foreign_files_stay(tmp_path):
    foreign = [tmp_path / name for name in ("scratch", "tmp", "data")]
    for path in foreign:
        path.mkdir()
        (path / "thesis.csv").touch()
    folder = DataFolder(tmp_path)
    for _ in range(2):
        with folder.held():
            (folder.scratch / "left").touch()
    assert all((path / "thesis.csv").exists() for path in foreign)


def test_folders_that_cannot_be_removed_hold_up_no_start(tmp_path):
    folder = DataFolder(tmp_path)
    with folder.held():
        nested = os.open(folder.scratch, os.O_RDONLY)
        for _ in range(3000):  # past what can be named by a path, and what removing it could recurse into
            os.mkdir("n", dir_fd=nested)
            deeper = os.open("n", os.O_RDONLY, dir_fd=nested)
            os.close(nested)
            nested = deeper
        os.close(nested)
    with folder.held():
        (folder.scratch / "free").touch()
    subprocess.run(["rm", "-rf", folder.scratch], check=True)  # which pytest could not remove either


def test_a_link_where_the_server_wants_to_write_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    folder = DataFolder(tmp_path / "data")
    folder.root.mkdir()
    folder.scratch.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DataFolderUnusable, match="CSV_CONVERTER_DATA_DIR"), folder.held():
        pass


def test_a_full_disk_is_told(tmp_path):
    folder = DataFolder(tmp_path)
    with pytest.raises(DataFolderUnusable, match=f"{tmp_path}: No space left"), folder.writing():
        Path("/dev/full").write_bytes(b"key")
