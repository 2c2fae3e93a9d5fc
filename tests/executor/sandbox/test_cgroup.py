"""The control group around all runs: where it is made, what it bounds, and that it goes away.

What is real here depends on the machine, which has version 1 of control groups, or version 2, or none that can be
written to. The trees in which a place is looked for are made up, of plain files.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from executor.sandbox import cgroup
from executor.sandbox.cgroup import PREFIX, PROCESSES

ENTER = """
import os, sys
from executor.sandbox import cgroup, kernel, namespaces

def membership():
    with open("/proc/self/cgroup") as file:
        return file.read()

before = membership()
entered = cgroup.enter()
"""

READ_ONLY = """
from executor.sandbox import kernel, namespaces

kernel.call("unshare", namespaces.NEW_MOUNTS)
kernel.call("mount", None, b"/", None, namespaces.RECURSIVE | namespaces.PRIVATE, None)
kernel.call("mount", None, b"{folder}", None, 0x1021, None)
"""

GLUTTON = """
if os.fork() == 0:
    os._exit(len(b"x" * (256 << 20)) & 1)
print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
"""


def start(program: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> str:
    answer, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return answer.strip()


def groups_of(process: subprocess.Popen[str]) -> list[Path]:
    groups = [place.parent / f"{PREFIX}{process.pid}" for place in cgroup.own_places()]
    return [group for group in groups if group.exists()]


@pytest.fixture
def inside() -> Iterator[subprocess.Popen[str]]:
    """Start a process that enters, and does more when it is told to."""
    with start(ENTER + "print(entered, flush=True)\nsys.stdin.readline()\n" + GLUTTON) as process:
        assert process.stdout is not None
        entered = process.stdout.readline()
        if entered == "True\n":
            yield process
        process.kill()
    cgroup.remove_abandoned()
    if entered != "True\n":
        pytest.skip("this machine does not let this user make a control group")


def test_process_alone_is_in_its_groups(inside: subprocess.Popen[str]) -> None:
    groups = groups_of(inside)
    assert len(groups) == len(cgroup.own_places())
    assert {(group / "cgroup.procs").read_text() for group in groups} == {f"{inside.pid}\n"}


def test_memory_and_processes_are_bounded(inside: subprocess.Popen[str]) -> None:
    for group, place in zip(groups_of(inside), cgroup.own_places(), strict=True):
        for name, bound in place.bounds.items():
            assert bound - os.sysconf("SC_PAGE_SIZE") < int((group / name).read_text()) <= bound


def test_process_that_takes_too_much_dies_alone(inside: subprocess.Popen[str]) -> None:
    for group, place in zip(groups_of(inside), cgroup.own_places(), strict=True):
        for name in (*place.bounds, *place.swap):
            if name.startswith("memory.") and (group / name).exists():
                (group / name).write_text(str(128 << 20))
    answer, _ = inside.communicate("go on\n", timeout=60)
    assert answer == f"{-signal.SIGKILL}\n"


def test_group_goes_away_after_its_process_and_not_before(inside: subprocess.Popen[str]) -> None:
    groups = groups_of(inside)
    cgroup.remove_abandoned()
    assert groups_of(inside) == groups
    inside.kill()
    inside.wait()
    cgroup.remove_abandoned()
    assert groups_of(inside) == []


@pytest.mark.parametrize("reaped", [True, False])
def test_group_of_a_killed_process_is_removed_by_the_next(inside: subprocess.Popen[str], reaped: bool) -> None:
    inside.kill()
    os.waitid(os.P_PID, inside.pid, os.WEXITED | (0 if reaped else os.WNOWAIT))
    assert groups_of(inside)
    assert finish(start(ENTER + "print(entered)")) == "True"
    assert groups_of(inside) == []


def test_groups_of_others_are_left_alone(inside: subprocess.Popen[str]) -> None:
    others = [group.with_name(f"{PREFIX}of-others") for group in groups_of(inside)]
    for group in others:
        group.mkdir()
    cgroup.remove_abandoned()
    for group in others:
        group.rmdir()


@pytest.mark.parametrize("position", [0, -1])
def test_read_only_tree_leaves_everything_as_it_was(inside: subprocess.Popen[str], position: int) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root makes a tree read-only, for itself")
    folder = cgroup.own_places()[position].parent
    program = READ_ONLY.format(folder=next(place for place in (folder, *folder.parents) if place.is_mount()))
    answer = finish(start(program + ENTER + "print(entered, membership() == before, os.getpid())"))
    assert answer.startswith("False True")
    assert not [place for place in cgroup.own_places() if (place.parent / f"{PREFIX}{answer.split()[-1]}").exists()]


def test_ordinary_user_may_not_and_goes_on() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root becomes another user")
    assert finish(start(ENTER.replace("before", "os.setuid(65533)\nbefore") + "print(entered)")) == "False"


def unified(top: Path, own: str) -> tuple[str, str]:
    """Describe a mounted tree of version 2, and the group of the process that asks."""
    return f"30 23 0:26 / {top} rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n", f"0::{own}\n"


def make_group(folder: Path, controllers: str = "cpu io memory pids", **files: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "cgroup.controllers").write_text(controllers)
    for name, text in files.items():
        (folder / name.replace("_", ".", 1)).write_text(text)


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """Make up a service whose processes are in a leaf, as systemd does it on request."""
    make_group(tmp_path)
    make_group(tmp_path / "service", cgroup_events="", memory_max="max")
    make_group(tmp_path / "service" / "main", cgroup_events="", memory_max="max")
    return tmp_path / "service"


def test_group_lies_beside_a_leaf(service: Path) -> None:
    [place] = cgroup.find_places(*unified(service.parent, "/service/main"), managed=False)
    assert place.parent == service
    assert place.bounds["pids.max"] == PROCESSES
    assert place.swap == {"memory.swap.max": 0}


def test_group_lies_in_the_root(tmp_path: Path) -> None:
    make_group(tmp_path)
    [place] = cgroup.find_places(*unified(tmp_path, "/"), managed=False)
    assert place.parent == tmp_path


def test_container_that_sees_its_own_group_only_has_no_place(tmp_path: Path) -> None:
    make_group(tmp_path, cgroup_events="")
    assert cgroup.find_places(*unified(tmp_path, "/"), managed=False) == []


def test_place_needs_both_controllers(service: Path) -> None:
    make_group(service, controllers="cpu memory")
    assert cgroup.find_places(*unified(service.parent, "/service/main"), managed=False) == []


def test_what_systemd_manages_is_left_alone_until_it_hands_it_over(service: Path) -> None:
    tree = unified(service.parent, "/service/main")
    assert cgroup.find_places(*tree, managed=True) == []
    try:
        os.setxattr(service, "user.delegate", b"1")
    except OSError:
        pytest.skip("the folder of these tests takes no attributes")
    assert [place.parent for place in cgroup.find_places(*tree, managed=True)] == [service]


def test_memory_is_a_share_of_the_tightest_bound_around(service: Path) -> None:
    (service / "memory.max").write_text(f"{1 << 30}\n")
    [place] = cgroup.find_places(*unified(service.parent, "/service/main"), managed=False)
    assert place.bounds["memory.max"] == 768 << 20


def test_memory_is_a_share_of_the_machines_where_nothing_bounds_it(service: Path) -> None:
    [place] = cgroup.find_places(*unified(service.parent, "/service/main"), managed=False)
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert place.bounds["memory.max"] == machine * 3 // 4


def test_new_group_is_bounded_and_its_parent_shares_out(service: Path) -> None:
    [place] = cgroup.find_places(*unified(service.parent, "/service/main"), managed=False)
    cgroup.make(service / "new", place)
    written = {file.name: file.read_text() for file in (service / "new").iterdir()}
    assert written == {"memory.max": str(place.bounds["memory.max"]), "memory.swap.max": "0", "pids.max": "1024"}
    assert (service / "cgroup.subtree_control").read_text() == "+memory +pids"


MIXED = """\
30 23 0:26 / {top}/unified rw shared:4 - cgroup2 cgroup2 rw
31 23 0:27 /docker/a1 {top}/memory rw shared:5 - cgroup cgroup rw,memory
32 23 0:28 / {top}/pids rw - cgroup cgroup rw,pids
33 23 0:29 / {top}/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
"""


def test_version_1_has_a_place_in_each_tree(tmp_path: Path) -> None:
    """Version 2 is mounted beside it, without controllers, and the container sees only its part of the memory."""
    make_group(tmp_path / "unified", controllers="hugetlb")
    membership = "9:pids:/jobs\n4:memory:/docker/a1/jobs\n3:cpu,cpuacct:/\n0::/\n"
    places = cgroup.find_places(MIXED.format(top=tmp_path), membership, managed=False)
    assert [place.parent for place in places] == [tmp_path / "memory" / "jobs", tmp_path / "pids" / "jobs"]
    assert cgroup.find_places(MIXED.format(top=tmp_path), membership, managed=True) == []


@pytest.mark.parametrize("mounts", ["", MIXED.replace("/docker/a1", "/docker/b2"), MIXED.replace("rw,pids", "rw,misc")])
def test_trees_that_are_not_mounted_have_no_place(tmp_path: Path, mounts: str) -> None:
    membership = "9:pids:/jobs\n4:memory:/docker/a1/jobs\n0::/\n"
    assert cgroup.find_places(mounts.format(top=tmp_path), membership, managed=False) == []
