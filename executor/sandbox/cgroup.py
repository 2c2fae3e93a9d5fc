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
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PREFIX = "csv-converter-"

MEMORY_SHARE = 0.75
"""Of the machine's memory, or of what this service may use: a quarter stays for server, gateway, workers and kernel."""

PROCESSES = 1024
"""More than the runs and spares of a large machine; a fork bomb ends there, far from what the kernel can number."""

REMOVAL_SECONDS = 1.0  # for the last processes of a zygote that was killed

SYSTEMD = Path("/run/systemd/system")  # exists where it runs
DELEGATED = ("user.delegate", "trusted.delegate")  # how it marks a group that is not its own any more

UNIFIED = ""  # the name under which version 2 lists itself, beside the controllers of version 1
MEMORY, PIDS = "memory", "pids"


class Tree(NamedTuple):
    """A mounted tree of control groups."""

    top: Path
    own: Path  # the folder of the group that this process is in


class Place(NamedTuple):
    """Where a group can be made, and what it is to be bounded by: names of files, and what is written to them."""

    parent: Path
    bounds: dict[str, int]
    swap: dict[str, int]  # which a kernel need not count
    shared: str = ""  # the controllers that the parent has to hand on; in version 2 only


def enter() -> bool:
    """Move this process into a group of its own; False, and nothing changed, where it cannot make one."""
    remove_abandoned()
    places = _places()
    groups = {place.parent / f"{PREFIX}{os.getpid()}": place for place in places}
    try:
        for group, place in groups.items():
            make(group, place)
        for group in groups:
            _join(group)
    except OSError:
        for group, place in groups.items():
            with contextlib.suppress(OSError):
                _join(place.parent)
            _remove(group)
        return False
    return bool(groups)


def remove_abandoned() -> None:
    """Remove the groups of zygotes that are gone."""
    for place in _places():
        for group in place.parent.glob(f"{PREFIX}*"):
            if not Path("/proc", group.name.removeprefix(PREFIX)).exists():
                _remove(group)


def find_places(mounts: str, membership: str) -> list[Place]:
    """Choose where groups of ours can be: nowhere, in one place in version 2, or in two in version 1.

    Args:
        mounts: what /proc/self/mountinfo says.
        membership: what /proc/self/cgroup says.
    """
    trees = dict(_trees(mounts, membership))
    if UNIFIED in trees and (parent := _dividable(trees[UNIFIED])):
        memory = _memory_bound(parent, trees[UNIFIED].top, "memory.max")
        bounds = {"memory.max": memory, "pids.max": PROCESSES}
        return [Place(parent, bounds, {"memory.swap.max": 0}, f"+{MEMORY} +{PIDS}")]
    if not {MEMORY, PIDS} <= trees.keys() or not all(_is_ours(trees[name].own) for name in (MEMORY, PIDS)):
        return []
    memory = _memory_bound(trees[MEMORY].own, trees[MEMORY].top, "memory.limit_in_bytes")
    return [
        Place(trees[MEMORY].own, {"memory.limit_in_bytes": memory}, {"memory.memsw.limit_in_bytes": memory}),
        Place(trees[PIDS].own, {"pids.max": PROCESSES}, {}),
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


def _places() -> list[Place]:
    return find_places(Path("/proc/self/mountinfo").read_text(), Path("/proc/self/cgroup").read_text())


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
                yield name, Tree(Path(top), Path(top, os.path.relpath(own[name], root)))


def _dividable(tree: Tree) -> Path | None:
    """Find the group that can hold one more, in version 2: a parent that is ours, with both controllers to hand on."""
    at_the_root = not (tree.own / "cgroup.events").exists()
    parent = tree.own if at_the_root else tree.own.parent
    if not parent.is_relative_to(tree.top) or not _is_ours(parent):
        return None
    try:
        controllers = (parent / "cgroup.controllers").read_text().split()
    except OSError:
        return None
    return parent if {MEMORY, PIDS} <= set(controllers) else None


def _is_ours(group: Path) -> bool:
    """Leave alone what systemd has not handed over; without systemd, file permissions alone say whose a group is."""
    return not SYSTEMD.exists() or any(_attribute(group, name) == b"1" for name in DELEGATED)


def _attribute(path: Path, name: str) -> bytes:
    try:
        return os.getxattr(path, name)
    except OSError:
        return b""


def _memory_bound(parent: Path, top: Path, name: str) -> int:
    """Compute what all runs together may take, in bytes, from the machine's memory and the bounds around them."""
    bounds = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for group in (parent, *parent.parents):
        if not group.is_relative_to(top):
            break
        with contextlib.suppress(OSError, ValueError):  # the root has no such file; "max" is none
            bounds.append(int((group / name).read_text()))
    return int(min(bounds) * MEMORY_SHARE)
