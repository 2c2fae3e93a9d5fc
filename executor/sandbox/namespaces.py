"""Namespaces: a root that holds libraries and runs and nothing else, no network, and no other processes to see.

They are entered once, by the zygote, and every run is inside from its first moment. Nothing of the machine's files
is there to be found, not even by its name: the root is a small tmpfs with the libraries bound read-only at their own
paths, the folder of the runs, and three devices. There is no /proc, no /sys and no /tmp.

The process that enters stays outside as a waiter, since a process id namespace begins with a fork. Each takes the
other along: the kernel kills all processes of such a namespace with its first one, and the first dies with the waiter.
"""

import ctypes
import os
import select
import signal
import socket
import stat
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

from executor.sandbox import capabilities, kernel

DEVICES = ("/dev/null", "/dev/urandom", "/dev/zero")

HOST_NAME = "sandbox"

# linux/sched.h: mounts, control groups, host name, IPC, users, process ids, network
NEW_MOUNTS, NEW_GROUPS, NEW_NAMES, NEW_IPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEW_USERS, NEW_PROCESSES, NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
NEW_WALLS = NEW_MOUNTS | NEW_GROUPS | NEW_NAMES | NEW_IPC | NEW_PROCESSES | NEW_NETWORK

# linux/mount.h and linux/fcntl.h
NOSUID, NODEV, NOEXEC, RECURSIVE, PRIVATE = 0x2, 0x4, 0x8, 0x4000, 0x40000
DETACH = 0x2
ATTRIBUTE_READ_ONLY, ATTRIBUTE_NOSUID, ATTRIBUTE_NODEV, ATTRIBUTE_NOEXEC = 0x1, 0x2, 0x4, 0x8
CURRENT_FOLDER, EMPTY_PATH, RECURSIVE_PATH = -100, 0x1000, 0x8000
CLONE_TREE, TREE_CLOSES_ON_EXEC = 0x1, 0x80000
MOVE_FROM_DESCRIPTOR = 0x4

# the same on every architecture
OPEN_TREE, MOVE_MOUNT, MOUNT_SETATTR = 428, 429, 442


class _Attributes(ctypes.Structure):
    """What mount_setattr(2) sets and clears."""

    _fields_ = tuple((name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "users"))


@dataclass(frozen=True)
class View:
    """What the new root holds."""

    trees: dict[str, int]  # files and folders, by their real paths, with their mounts' attributes
    links: dict[str, str]  # symbolic links on the way to them, with their targets
    runs: str  # the real path of the one folder that can be written to


def enter(readable: Iterable[str], runs: str) -> bool:
    """Move behind walls; False, and nothing changed, where kernel or container do not let this process.

    The caller must have one thread, and be dumpable still. It returns in another process, the first of its
    namespace; its descriptors are as they were, its working directory is the new root.

    Args:
        readable: files and folders to find there, at their own paths; those that do not exist are left out.
        runs: the folder to write to, at its own path.
    """
    view = _look(readable, runs)
    if not _succeeds_in_a_child(view):
        return False
    _isolate(view)
    _continue_as_first_process()
    return True


def _look(readable: Iterable[str], runs: str) -> View:
    """Find what there is to bind, and the links on the way, with the eyes of this side."""
    links: dict[str, str] = {}
    trees = {}
    for path in (*readable, *DEVICES):
        if os.path.exists(path):
            trees[_follow(path, links)] = _attributes(path)
    folder = _follow(os.path.abspath(runs), links)
    trees[folder] = ATTRIBUTE_NOSUID | ATTRIBUTE_NODEV | ATTRIBUTE_NOEXEC
    return View(trees, links, folder)


def _follow(path: str, links: dict[str, str], start: str = "/") -> str:
    """Resolve a path as the kernel does, and note each link."""
    place = "/" if path.startswith("/") else start
    for part in filter(None, path.split("/")):
        step = os.path.normpath(os.path.join(place, part))
        if os.path.islink(step):
            links[step] = os.readlink(step)
            step = _follow(links[step], links, place)
        place = step
    return place


def _attributes(path: str) -> int:
    """Read-only, and of no use to gain rights; of devices only those that are bound themselves work."""
    device = stat.S_ISCHR(os.stat(path).st_mode)
    return ATTRIBUTE_READ_ONLY | ATTRIBUTE_NOSUID | (ATTRIBUTE_NOEXEC if device else ATTRIBUTE_NODEV)


def _succeeds_in_a_child(view: View) -> bool:
    """Try each step where it harms nothing: a kernel may allow the first and refuse the last."""
    pid = os.fork()
    if pid == 0:
        status = os.EX_SOFTWARE
        try:
            _isolate(view)
            status = os.EX_OK
        except OSError:
            status = os.EX_UNAVAILABLE
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    _, status = os.waitpid(pid, 0)
    return status == os.EX_OK


def _isolate(view: View) -> None:
    """Enter all namespaces, but for that of process ids, which takes a fork, and the new root.

    Raises:
        OSError: the kernel does not let this process.
    """
    if os.geteuid() == 0:
        kernel.call("unshare", NEW_WALLS)
    else:
        _unshare_as_user()
    socket.sethostname(HOST_NAME)
    kernel.call("mount", None, b"/", None, RECURSIVE | PRIVATE, None)
    trees = {path: _clone_tree(path, attributes) for path, attributes in view.trees.items()}
    root = os.fsencode(view.runs)  # any folder does: its tree is cloned, and it is sure to exist
    kernel.call("mount", b"tmpfs", root, b"tmpfs", NOSUID | NODEV | NOEXEC, b"mode=0755,size=1m")
    _furnish(view, trees)
    _move_to(root)
    if os.geteuid() != 0:
        capabilities.drop()  # a user has them all in the user namespace; root needs some to drop its identity


def _unshare_as_user() -> None:
    """Do it in a user namespace, as an ordinary user may, who keeps the own ids there and gains no other."""
    user, group = os.geteuid(), os.getegid()
    kernel.call("unshare", NEW_WALLS | NEW_USERS)
    for name, line in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "wb") as file:
            file.write(line.encode())


def _clone_tree(path: str, attributes: int) -> int:
    """Copy the mounts from a path on, and restrict the copies; the descriptor of the copy."""
    flags = CLONE_TREE | TREE_CLOSES_ON_EXEC | RECURSIVE_PATH
    tree = kernel.system_call("open_tree", OPEN_TREE, CURRENT_FOLDER, os.fsencode(path), flags)
    _set_attributes(tree, b"", EMPTY_PATH | RECURSIVE_PATH, attributes)
    return tree


def _set_attributes(descriptor: int, path: bytes, flags: int, attributes: int) -> None:
    change = _Attributes(set=attributes)
    kernel.system_call("mount_setattr", MOUNT_SETATTR, descriptor, path, flags, change, ctypes.sizeof(change))


def _furnish(view: View, trees: dict[str, int]) -> None:
    """Put everything in its place in the new root; parents come before what they hold."""
    os.umask(0o022)  # scripts run as others
    for path in sorted({*view.links, *trees}):
        place = view.runs + path
        os.makedirs(os.path.dirname(place), mode=0o755, exist_ok=True)
        if path in trees:
            _make_mount_point(place, trees[path])
            _attach(trees[path], place)
        elif not os.path.lexists(place):
            os.symlink(view.links[path], place)


def _make_mount_point(place: str, tree: int) -> None:
    if os.path.lexists(place):
        return
    if stat.S_ISDIR(os.fstat(tree).st_mode):
        os.mkdir(place, 0o755)
    else:
        os.mknod(place, 0o644)


def _attach(tree: int, place: str) -> None:
    kernel.system_call("move_mount", MOVE_MOUNT, tree, b"", CURRENT_FOLDER, os.fsencode(place), MOVE_FROM_DESCRIPTOR)
    os.close(tree)


def _move_to(root: bytes) -> None:
    """Make a mounted folder the root, read-only, and let go of the old one."""
    os.chdir(root)
    kernel.call("pivot_root", b".", b".")  # pivot_root(2): the old root now lies on the new one
    kernel.call("umount2", b".", DETACH)
    os.chdir("/")
    _set_attributes(CURRENT_FOLDER, b"/", 0, ATTRIBUTE_READ_ONLY)


def _continue_as_first_process() -> None:
    """Return in a child, the first of the process id namespace; this process waits for its end, and ends likewise."""
    life, waiter = os.pipe()
    pid = os.fork()
    if pid != 0:
        _wait_for(pid, waiter)
    os.close(waiter)
    kernel.control_process(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if select.select([life], [], [], 0)[0]:  # its end: the waiter died before the kernel was asked
        os._exit(os.EX_UNAVAILABLE)
    os.close(life)


def _wait_for(pid: int, kept: int) -> NoReturn:
    """Hold nothing that others wait for the end of, but for the one descriptor."""
    os.closerange(3, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)
