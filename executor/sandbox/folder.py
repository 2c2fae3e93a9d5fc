"""The folder of one run: laid out by the owner, seen by the child, judged by the owner once the child is dead."""

import errno
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import landlockpy

from executor.sandbox.output import NEVER_WRITTEN
from executor.sandbox.protocol import INPUT, OUTPUT, SCRIPT
from executor.sandbox.seal import UNPRIVILEGED_ID


def make_empty(runs: Path) -> None:
    """Make the folder of all runs' folders, and remove what an owner that was killed has left in it.

    Whoever scripts run as may pass through it, and not look around.
    """
    runs.mkdir(parents=True, exist_ok=True)
    remove_abandoned(runs)
    if os.geteuid() == 0:
        os.chown(runs, 0, UNPRIVILEGED_ID if _may_give_away(runs) else os.getegid())
    runs.chmod(0o710)


def _may_give_away(runs: Path) -> bool:
    """Whether this root may give files to nobody: not without CAP_CHOWN, nor where the id is not mapped."""
    with tempfile.TemporaryFile(dir=runs) as file:
        try:
            os.fchown(file.fileno(), -1, UNPRIVILEGED_ID)
        except OSError:
            return False
    return True


def remove_abandoned(runs: Path) -> None:
    """Remove what no runner holds: those that were killed could not clear up."""
    for left in runs.iterdir():
        if left.is_dir() and not left.is_symlink():
            _remove_unless_held(left)
        else:  # a script's, where no layer kept it from leaving its own folder
            left.unlink(missing_ok=True)


def _remove_unless_held(folder: Path) -> None:
    with suppress(FileNotFoundError, PermissionError):  # its runner has just cleared up; or its script has closed it
        descriptor = _open_folder(folder)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(folder)
        except BlockingIOError:
            return
        finally:
            os.close(descriptor)


@contextmanager
def run_folder(script: str, input_file: Path, runs: Path) -> Iterator[Path]:
    """Lay out the script, the input, and an empty output that alone may be written; all is gone afterwards."""
    folder, held = _claim_folder(runs)
    try:
        (folder / SCRIPT).write_text(script, encoding="utf-8", errors="backslashreplace", newline="")
        _place_input(input_file, folder / INPUT, runs)
        (folder / OUTPUT).touch()
        os.utime(folder / OUTPUT, ns=(NEVER_WRITTEN, NEVER_WRITTEN))
        _share(folder, 0o710, runs)
        _share(folder / SCRIPT, 0o640, runs)
        _share(folder / OUTPUT, 0o660, runs)
        yield folder
    finally:
        _remove(folder)
        os.close(held)


def _claim_folder(runs: Path) -> tuple[Path, int]:
    """Make a folder and lock it, through a descriptor that is to be closed: whoever dies lets go of the lock."""
    while True:
        folder = Path(tempfile.mkdtemp(dir=runs))
        with suppress(FileNotFoundError):  # it was taken for abandoned before it was locked
            held = _open_folder(folder)
            fcntl.flock(held, fcntl.LOCK_EX)
            if os.fstat(held).st_nlink:
                return folder, held
            os.close(held)


def _remove(folder: Path) -> None:
    """Remove what can be: a script that may make folders can close or nest them, and one that yet lives fill them."""
    with suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)


def _open_folder(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)


def open_output(folder: Path) -> BinaryIO | None:
    """Open the output to read it; None when it is anything but a plain file of its own."""
    try:
        descriptor = os.open(folder / OUTPUT, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
        os.close(descriptor)
        return None
    return open(descriptor, "rb")


def keep_output(folder: Path, destination: Path) -> None:
    """Move the output to where it was asked for, as a file of the owner's."""
    output = folder / OUTPUT
    os.chown(output, os.geteuid(), os.getegid())
    output.chmod(0o644)
    try:
        output.replace(destination)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copyfile(output, destination)


def _place_input(source: Path, place: Path, runs: Path) -> None:
    """Link the input where a link serves; copy it where it does not, or where scripts could write to it."""
    others_only_read = source.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH) == stat.S_IROTH
    # where scripts run as the owner, only Landlock keeps them from writing to the owner's files
    may_be_linked = others_only_read if _is_nobodys(runs) else landlockpy.supported()
    if not (may_be_linked and _linked(source.resolve(strict=True), place)):
        shutil.copyfile(source, place)
        _share(place, 0o640, runs)


def _linked(source: Path, place: Path) -> bool:
    try:
        place.hardlink_to(source)
    except OSError:
        return False
    return True


def _share(path: Path, mode: int, runs: Path) -> None:
    """Give a file or folder to the group that scripts run as, when they run as another than its owner."""
    if _is_nobodys(runs):
        os.chown(path, 0, UNPRIVILEGED_ID)
    path.chmod(mode)


def _is_nobodys(runs: Path) -> bool:
    """Whether the folder of the runs was given to nobody, whom scripts run as."""
    return os.geteuid() == 0 and runs.stat().st_gid == UNPRIVILEGED_ID
