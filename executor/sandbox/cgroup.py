"""A control group around the zygote and all runs: one bound for their memory together, and one for their number.

The zygote makes the group, named after its process id, and enters it before all else; its owner removes it when the
zygote is gone, and the next zygote removes what an owner that was killed left behind.

In version 2 a group that holds processes cannot divide what it has. So the group lies in the zygote's own only at the
very root, and elsewhere beside it, in a parent that both were delegated with. In version 1, memory and processes have
a tree each, and a group in each tree lies in the zygote's own.
"""

import contextlib
import errno
import os
import select
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PREFIX = "csv-converter-scripts-"

MEMORY_SHARE = 0.75
"""Of the machine's memory, or of what this service may use: a quarter stays for server, gateway, workers and kernel."""

PROCESSES = 1024
"""More than the runs and spares of a large machine; a fork bomb ends there, far from what the kernel can number."""

REMOVAL_SECONDS = 1.0  # for the last processes of a zygote that was killed

SYSTEMD = Path("/run/systemd/system")  # exists where it runs
DELEGATED = ("user.delegate", "trusted.delegate")  # attributes of a group that it handed over

UNIFIED = ""  # the name under which version 2 lists itself, beside the controllers of version 1
MEMORY, PIDS = "memory", "pids"


class Tree(NamedTuple):
    """A mounted tree of control groups."""

    own: Path  # the folder of the group that this process is in
    top: Path


class Place(NamedTuple):
    """Where a group can be made, and what it is to be bounded by: names of files, and what is written to them."""

    own: Path  # the group that this process is in
    parent: Path  # that of the new group
    bounds: dict[str, int]
    swap: dict[str, int]  # which a kernel need not count
    shared: str = ""  # the controllers that the parent has to hand on; in version 2 only


def enter() -> bool:
    """Move this process into a group of its own; False, and nothing changed, where it cannot make one."""
    remove_abandoned()
    places = own_places()
    groups = {place.parent / f"{PREFIX}{os.getpid()}": place for place in places}
    try:
        for group, place in groups.items():
            make(group, place)
        for group in groups:
            _join(group)
    except OSError:
        for group, place in groups.items():
            with contextlib.suppress(OSError):
                _join(place.own)
            _remove(group)
        return False
    return bool(groups)


def remove_abandoned() -> None:
    """Remove the groups of zygotes that are gone."""
    for place in own_places():
        for group in place.parent.glob(f"{PREFIX}*"):
            zygote = group.name.removeprefix(PREFIX)
            if zygote.isdecimal() and _has_ended(int(zygote)):
                _remove(group)


def own_places() -> list[Place]:
    """Choose where groups of this process's can be."""
    mounts, membership = Path("/proc/self/mountinfo"), Path("/proc/self/cgroup")
    return find_places(mounts.read_text(), membership.read_text(), SYSTEMD.exists())


def find_places(mounts: str, membership: str, managed: bool) -> list[Place]:
    """Choose where groups of ours can be: nowhere, in one place in version 2, or in two in version 1.

    Args:
        mounts: what /proc/self/mountinfo says.
        membership: what /proc/self/cgroup says.
        managed: systemd owns all groups but those that it handed over; without it, file permissions say all.
    """
    trees = dict(_trees(mounts, membership))
    if UNIFIED in trees and (parent := _dividable(trees[UNIFIED], managed)):
        own, top = trees[UNIFIED]
        bounds = {"memory.max": _memory_bound(parent, top, "memory.max"), "pids.max": PROCESSES}
        return [Place(own, parent, bounds, {"memory.swap.max": 0}, f"+{MEMORY} +{PIDS}")]
    if managed or not {MEMORY, PIDS} <= trees.keys():  # in version 1 nothing is handed over
        return []
    own, top = trees[MEMORY]
    memory = _memory_bound(own, top, "memory.limit_in_bytes")
    return [
        Place(own, own, {"memory.limit_in_bytes": memory}, {"memory.memsw.limit_in_bytes": memory}),
        Place(trees[PIDS].own, trees[PIDS].own, {"pids.max": PROCESSES}, {}),
    ]


def make(group: Path, place: Place) -> None:
    """Make a group and bound it.

    Raises:
        OSError: the tree is read-only, is another's, or lacks a controller.
    """
    if place.shared:
        (place.parent / "cgroup.subtree_control").write_text(place.shared)
    group.mkdir()
    for name, value in place.bounds.items():
        (group / name).write_text(str(value))
    for name, value in place.swap.items():
        with contextlib.suppress(OSError):
            (group / name).write_text(str(value))


def _join(group: Path) -> None:
    (group / "cgroup.procs").write_text("0")


def _has_ended(pid: int) -> bool:
    """Return whether no process has this id, or one that nobody has reaped yet."""
    try:
        pidfd = os.pidfd_open(pid)
    except OSError:
        return True
    try:
        end = select.poll()
        end.register(pidfd, select.POLLIN)
        return bool(end.poll(0))
    finally:
        os.close(pidfd)


def _remove(group: Path) -> None:
    """Remove a group as soon as its last process is gone; leave it when there is none, or one that stays."""
    deadline = time.monotonic() + REMOVAL_SECONDS
    while True:
        try:
            return group.rmdir()
        except OSError as error:
            if error.errno != errno.EBUSY or time.monotonic() > deadline:
                return None
            time.sleep(0.01)


def _trees(mounts: str, membership: str) -> Iterator[tuple[str, Tree]]:
    """Find the tree of each controller, and that of version 2."""
    own = {}
    for line in membership.splitlines():
        _, controllers, group = line.split(":", 2)
        own.update(dict.fromkeys(controllers.split(","), group))
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        root, top = before.split()[3:5]
        kind, _, options = after.split(maxsplit=2)
        names = {"cgroup2": [UNIFIED], "cgroup": options.split(",")}.get(kind, [])
        for name in own.keys() & set(names):
            if Path(own[name]).is_relative_to(root):
                yield name, Tree(Path(top, os.path.relpath(own[name], root)), Path(top))


def _dividable(tree: Tree, managed: bool) -> Path | None:
    """Find the group that can hold one more, in version 2: a parent that may be divided, with both controllers."""
    at_the_root = not (tree.own / "cgroup.events").exists()
    parent = tree.own if at_the_root else tree.own.parent
    if not parent.is_relative_to(tree.top) or (managed and not _was_handed_over(parent)):
        return None
    try:
        controllers = (parent / "cgroup.controllers").read_text().split()
    except OSError:
        return None
    return parent if {MEMORY, PIDS} <= set(controllers) else None


def _was_handed_over(group: Path) -> bool:
    for name in DELEGATED:
        with contextlib.suppress(OSError):
            if os.getxattr(group, name) == b"1":
                return True
    return False


def _memory_bound(parent: Path, top: Path, name: str) -> int:
    """Compute what all runs together may take, in bytes, from the machine's memory and the bounds around them."""
    bounds = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for group in (parent, *parent.parents):
        if not group.is_relative_to(top):
            break
        with contextlib.suppress(OSError, ValueError):  # the root has no such file; "max" is none
            bounds.append(int((group / name).read_text()))
    return int(min(bounds) * MEMORY_SHARE)
