"""What a process sees that entered namespaces: programs of their own, since nobody comes back."""

import errno
import os
import platform
import select
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from executor.sandbox import namespaces, seccomp

ENTER = """
import os, sys
from executor.sandbox import namespaces

entered = namespaces.enter(sys.argv[2].split(":"), sys.argv[1])
"""

LOOK = """
import os

def look():
    walls = [os.readlink(f"/proc/self/ns/{name}") for name in os.listdir("/proc/self/ns")]
    return os.getpid(), os.getuid(), os.getcwd(), os.umask(0o022), os.listdir("/"), os.listdir("/proc/self/fd"), walls
"""

ORDINARY_ID = 65533

AS_ORDINARY_USER = f"""
import encodings.ascii, os, select, signal, socket
from executor.sandbox import kernel, namespaces, seccomp

os.setgroups([])
os.setgid({ORDINARY_ID})
os.setuid({ORDINARY_ID})
kernel.control_process(kernel.PR_SET_DUMPABLE, 1)
"""

ON_ANOTHER_KERNEL = """
import sys
from executor.sandbox import kernel, seccomp

kernel.control_process(kernel.PR_SET_NO_NEW_PRIVS, 1)
assert seccomp.install(bytes.fromhex(sys.argv[3]))
"""

SYSTEM_CALLS = {
    "unshare": (272, 97),
    "sethostname": (170, 161),
    "open_tree": (428, 428),
    "mount_setattr": (442, 442),
    "mount": (165, 40),
    "move_mount": (429, 429),
    "pivot_root": (155, 41),
    "umount2": (166, 39),
}

USERS = [
    pytest.param("", id="owner"),
    pytest.param(
        AS_ORDINARY_USER,
        id="ordinary user",
        marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user; the owner is one here"),
    ),
]


def start(program: str, runs: Path, readable: str = "", *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, str(runs), readable, *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> str:
    answer, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return answer.strip()


@pytest.fixture
def place() -> Iterator[Path]:
    """Make a folder that any user can reach, as those of pytest are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def runs(place: Path) -> Path:
    folder = place / "runs"
    folder.mkdir()
    if os.geteuid() == 0:
        os.chown(folder, ORDINARY_ID, ORDINARY_ID)
    return folder


@pytest.fixture
def library(place: Path) -> Path:
    folder = place / "library"
    folder.mkdir()
    (folder / "module.py").write_text("answer = 42\n", encoding="utf-8")
    return folder


@pytest.fixture(params=USERS)
def user(request: pytest.FixtureRequest, runs: Path) -> str:
    """Say what a program does first to be this user, whom the machine lets enter."""
    if finish(start(request.param + ENTER + "print(entered)", runs)) != "True":
        pytest.skip("this machine does not let this user enter namespaces")
    return str(request.param)


def see(program: str, user: str, runs: Path, readable: str = "") -> str:
    """Run a program inside; what it printed."""
    return finish(start(user + ENTER + program, runs, readable))


def test_root_holds_what_was_named_and_nothing_else(user: str, runs: Path, library: Path) -> None:
    program = "print(*(os.path.join(folder, file) for folder, _, files in os.walk('/') for file in files))"
    found = see(program, user, runs, f"{library}:/nowhere").split()
    assert set(found) == {f"{library}/module.py", "/dev/null", "/dev/urandom", "/dev/zero"}


def test_only_the_runs_can_be_written_to(user: str, runs: Path, library: Path) -> None:
    program = """
for folder in ("/", "/dev", sys.argv[2], os.path.dirname(sys.argv[1]), sys.argv[1]):
    try:
        open(os.path.join(folder, "new"), "w").close()
        print(folder)
    except OSError as error:
        assert error.errno == 30, error
open("/dev/null", "w").close()
"""
    assert see(program, user, runs, str(library)) == str(runs)
    assert (runs / "new").exists()


def test_files_laid_out_later_are_seen_inside(user: str, runs: Path) -> None:
    process = start(user + ENTER + "sys.stdin.readline()\nprint(os.listdir(sys.argv[1]))", runs)
    (runs / "later").touch()
    answer, _ = process.communicate("look\n", timeout=60)
    assert answer.strip() == "['later']"


def test_links_on_the_way_are_made_again(user: str, place: Path, runs: Path, library: Path) -> None:
    (place / "to").symlink_to(".")
    (place / "shortcut").symlink_to(place / "to" / "library")
    (place / "folder").symlink_to("runs")
    program = "print(os.listdir(sys.argv[2]), os.listdir(sys.argv[1]), os.readlink(sys.argv[2]))"
    answer = see(program, user, place / "folder", str(place / "shortcut"))
    assert answer == f"['module.py'] [] {place}/to/library"


def test_library_behind_a_closed_door_is_open_to_all(user: str, place: Path, runs: Path, library: Path) -> None:
    if user or os.geteuid() != 0:
        pytest.skip("only root gets through closed doors")
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    library.rename(closed / "library")
    program = "os.setuid(65533)\nprint(os.listdir(sys.argv[2]))"
    assert see(program, user, runs, str(closed / "library")) == "['module.py']"


def test_network_is_a_lone_interface_that_is_down(user: str, runs: Path) -> None:
    program = """
import socket
try:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("127.0.0.1", 9))
except OSError as error:
    print(error.errno, socket.if_nameindex(), socket.gethostname())
"""
    assert see(program, user, runs) == f"{errno.ENETUNREACH} [(1, 'lo')] {namespaces.HOST_NAME}"


def test_other_processes_are_out_of_sight(user: str, runs: Path) -> None:
    program = f"""
print(os.getpid(), os.getppid())
try:
    os.kill({os.getpid()}, 0)
except ProcessLookupError:
    print("nobody")
"""
    assert see(program, user, runs) == "1 0\nnobody"


def test_programs_and_devices_among_the_runs_are_dead(user: str, runs: Path) -> None:
    (runs / "program").write_text("#!/bin/sh\n", encoding="utf-8")
    (runs / "program").chmod(0o4755)
    program = """
try:
    os.execv(sys.argv[1] + "/program", ["program"])
except PermissionError:
    print("dead")
if os.getuid() == 0:
    os.mknod(sys.argv[1] + "/device", 0o20666, os.makedev(1, 3))
    try:
        open(sys.argv[1] + "/device")
    except PermissionError:
        print("dead")
"""
    assert set(see(program, user, runs).split()) == {"dead"}


def test_ordinary_user_keeps_no_rights_inside(user: str, runs: Path) -> None:
    program = """
from executor.sandbox import kernel
try:
    kernel.call("unshare", namespaces.NEW_MOUNTS)
    print(os.getuid())
except PermissionError:
    print("no rights")
"""
    assert see(program, user, runs) == ("no rights" if user or os.geteuid() != 0 else "0")


@pytest.mark.parametrize("refused", SYSTEM_CALLS)
@pytest.mark.parametrize("user", USERS)
def test_kernel_that_refuses_a_step_leaves_everything_as_it_was(user: str, refused: str, runs: Path) -> None:
    if platform.machine() not in seccomp.ARCHITECTURES:
        pytest.skip("no filter can be written for this machine")
    program = ON_ANOTHER_KERNEL + LOOK + "before = look()\n" + ENTER + "print(entered, look() == before)"
    assert finish(start(user + program, runs, "", without(refused).hex())) == "False True"


def test_process_ids_come_with_a_waiter_that_ends_like_the_first_process(user: str, runs: Path) -> None:
    process = start(user + ENTER + "os._exit(7)", runs)
    assert process.wait(timeout=60) == 7
    process.communicate()


def test_waiter_keeps_nothing_open(user: str, runs: Path) -> None:
    reading, writing = os.pipe()
    command = [sys.executable, "-c", user + ENTER + f"os.close({writing})\nsys.stdin.read()", str(runs), ""]
    with subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[writing]) as process:
        os.close(writing)
        assert select.select([reading], [], [], 60)[0]
        assert os.read(reading, 1) == b""
        os.close(reading)
        assert process.poll() is None


@pytest.mark.parametrize("victim", ["waiter", "first process"])
def test_nothing_outlives_a_kill(user: str, runs: Path, victim: str) -> None:
    daemon = """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print("ready", flush=True)
        while True:
            signal.pause()
    os._exit(0)
sys.stdin.read()
"""
    process = start(user + ENTER + "import signal\n" + daemon, runs)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    everyone = [os.pidfd_open(pid) for pid in (process.pid, *descendants(process.pid))]
    assert len(everyone) >= 3
    signal.pidfd_send_signal(everyone[0 if victim == "waiter" else 1], signal.SIGKILL)
    for pidfd in everyone:
        assert select.select([pidfd], [], [], 60)[0]
        os.close(pidfd)
    process.communicate()
    assert process.returncode == (-signal.SIGKILL if victim == "waiter" else 128 + signal.SIGKILL)


def descendants(pid: int) -> Iterator[int]:
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
        yield int(child)
        yield from descendants(int(child))


def without(name: str) -> bytes:
    """Play a kernel that does not let this process make one system call."""
    _, column = seccomp.ARCHITECTURES[platform.machine()]
    instructions = (
        (seccomp.LOAD, 0, 0, seccomp.NUMBER),
        (seccomp.JUMP_IF_EQUAL, 0, 1, SYSTEM_CALLS[name][column]),
        (seccomp.RETURN, 0, 0, seccomp.FAIL | errno.EPERM),
        (seccomp.RETURN, 0, 0, seccomp.ALLOW),
    )
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)
