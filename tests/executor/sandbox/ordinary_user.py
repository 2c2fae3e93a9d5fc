"""Runs a command as an ordinary user, who reaches the interpreter and this clone even if they lie in root's home.

It needs root. Closed folders on the way, such as /root, are covered in a mount namespace of the command's own by open
ones that hold nothing but what it needs.
"""

import os
import stat
import sys
from pathlib import Path

from executor.sandbox.kernel import call
from executor.sandbox.namespaces import NEW_MOUNTS, PRIVATE, RECURSIVE

ORDINARY_ID = 64200  # nobody's

CLONE = Path(__file__).resolve().parents[3]
NEEDED = tuple(dict.fromkeys(Path(path) for path in (sys.prefix, sys.base_prefix, CLONE)))

BIND = 0x1000  # linux/mount.h


def main() -> None:
    """Become the user, and the command."""
    os.umask(0o022)
    closed = {top for path in NEEDED if (top := closed_top(path))}
    if closed:
        call("unshare", NEW_MOUNTS)
        call("mount", None, b"/", None, RECURSIVE | PRIVATE, None)
        open_up(closed)
    os.setgroups([])
    os.setresgid(ORDINARY_ID, ORDINARY_ID, ORDINARY_ID)
    os.setresuid(ORDINARY_ID, ORDINARY_ID, ORDINARY_ID)
    os.chdir(CLONE)
    environment = {name: value for name, value in os.environ.items() if name not in ("HOME", "USER", "LOGNAME")}
    os.execve(sys.argv[1], sys.argv[1:], environment | {"HOME": "/nowhere", "PYTHONDONTWRITEBYTECODE": "1"})


def closed_top(path: Path) -> Path | None:
    """Return the outermost folder on the way to a path that others cannot enter."""
    on_the_way = reversed(path.parents)
    return next((folder for folder in on_the_way if not folder.stat().st_mode & stat.S_IXOTH), None)


def open_up(closed: set[Path]) -> None:
    """Cover each closed folder by an open one, with what is needed of it at its old place."""
    held = {path: os.open(path, os.O_PATH) for path in NEEDED}
    for top in closed:
        call("mount", b"tmpfs", os.fsencode(top), b"tmpfs", 0, b"mode=0755")
    for path, descriptor in held.items():
        if any(path.is_relative_to(top) for top in closed) and not path.exists():
            path.mkdir(parents=True)
            call("mount", f"/proc/self/fd/{descriptor}".encode(), os.fsencode(path), None, BIND | RECURSIVE, None)
        os.close(descriptor)


if __name__ == "__main__":
    main()
