"""What a hostile script could steal, spoil, reach or kill; and what it did, as the owner sees it."""

import ctypes
import os
import platform
import resource
import secrets
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path

from executor.sandbox.runner import Sandbox
from executor.sandbox.seccomp import ARCHITECTURES
from executor.sandbox.syscalls import FATAL

VICTIM_PROGRAM = """
import ctypes, sys, time
memory = ctypes.create_string_buffer(sys.argv[1].encode(), 4096)
print(ctypes.addressof(memory), flush=True)
time.sleep(3600)
"""

GIVEN = "id,name\n007,ann lee\n"
PLANTED_MODULE = Path(sysconfig.get_paths()["purelib"]) / f"planted_by_an_attack_{os.getpid()}.py"
"""Where a script would leave a module for others to import."""

SPOILT_LIMIT = 7  # of the victim, when an attack set it

AT_FDCWD = -100
HANDLE_BYTES = 128

HARMLESS_NUMBERS = {
    "clone": (56, 220),
    "clone3": (435, 435),
    "ioprio_set": (251, 30),
    "pidfd_open": (434, 434),
    "rt_sigqueueinfo": (129, 138),
    "tgkill": (234, 131),
}
"""System calls that fail in a sandbox and do not end the script, on x86-64 and on aarch64."""


class Scene:
    """Files, listeners and a process of the owner's, fit for every attack after `reset`."""

    def __init__(self, folder: Path) -> None:
        """Lay it out in a new folder that others can enter, since a closed one would stop attacks by itself."""
        self.folder = folder / "files"
        self.folder.mkdir()
        self.folder.chmod(0o755)
        self.runs = folder / "runs"
        self.secret = secrets.token_hex(16)
        self.won = secrets.token_hex(7)  # what a script prints that got through; short enough to name a process
        self.input_file = self.folder / "given.csv"
        self.output_file = self.folder / "made.csv"
        self.open_folder = self.folder / "open"
        self.another_jobs_file = self._file("another-job.csv", 0o644)
        self.credentials = self._file("credentials", 0o600)
        self.listeners = self._listen()
        self._victim: subprocess.Popen[str] | None = None
        self._victim_address = 0

    def close(self) -> None:
        """Take it all away."""
        for listener in self.listeners.values():
            listener.close()
        if self._victim is not None:
            _end(self._victim)
        shutil.rmtree(self.folder, ignore_errors=True)

    def reset(self) -> None:
        """Undo what an attack may have done."""
        self.input_file.unlink(missing_ok=True)
        self.input_file.write_text(GIVEN)
        self.input_file.chmod(0o644)
        _remove(self.output_file)
        _remove(self.open_folder)
        self.open_folder.mkdir()
        self.open_folder.chmod(0o777)
        for planted in (self.runs / "poison", Path("/dev/shm", self.won), PLANTED_MODULE):
            planted.unlink(missing_ok=True)
        for name in self.listeners:
            self.was_reached(name)
        for pid in self.survivors():
            os.kill(pid, signal.SIGKILL)
        if self._victim is None or self._victim.poll() is not None or self.victims_limit() == SPOILT_LIMIT:
            self._start_victim()

    def names(self) -> dict[str, object]:
        """Tell what its attackers know: their aims, but not the secret."""
        return {
            "won": self.won,
            "spoilt_limit": SPOILT_LIMIT,
            "another_jobs_file": str(self.another_jobs_file),
            "planted_module": PLANTED_MODULE.name,
            "another_jobs_size": self.another_jobs_file.stat().st_size,
            "file_handle": file_handle(self.another_jobs_file),
            "credentials": str(self.credentials),
            "open_folder": str(self.open_folder),
            "listeners": {name: listener.getsockname() for name, listener in self.listeners.items()},
            "loader": str(next(Path("/").glob("lib*/ld-linux-*.so.*"), "")),
            "interfaces": interfaces(),
            "victim": self._victim.pid if self._victim else 0,
            "victim_address": self._victim_address,
            "numbers": system_calls(),
            "input_file": "input.csv",
            "output_file": "output.csv",
        }

    def was_reached(self, name: str) -> bool:
        """Whether somebody has come to a listener since the last time."""
        listener = self.listeners[name]
        reached = False
        while select.select([listener], [], [], 0)[0]:
            reached = True
            if listener.type == socket.SOCK_STREAM:
                listener.accept()[0].close()
            else:
                listener.recv(1)
        return reached

    def victim_died(self) -> bool:
        """Whether the victim was killed."""
        with suppress(subprocess.TimeoutExpired):
            return self._victim is not None and self._victim.wait(0.1) is not None
        return False

    def victims_limit(self) -> int:
        """Return how many files the victim may open."""
        return resource.prlimit(self._victim.pid, resource.RLIMIT_NOFILE)[0] if self._victim else 0

    def survivors(self) -> list[int]:
        """List the processes that call themselves after the sign of success."""
        found = []
        for comm in Path("/proc").glob("[0-9]*/comm"):
            with suppress(OSError):  # it went away meanwhile
                if comm.read_text().strip() == self.won:
                    found.append(int(comm.parent.name))
        return found

    def _file(self, name: str, mode: int) -> Path:
        path = self.folder / name
        path.write_text(f"secret\n{self.secret}\n")
        path.chmod(mode)
        return path

    def _listen(self) -> dict[str, socket.socket]:
        addresses: dict[str, tuple[int, int, object]] = {
            "tcp4": (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            "tcp6": (socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0)),
            "udp": (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            "unix": (socket.AF_UNIX, socket.SOCK_STREAM, str(self.folder / "socket")),
            "abstract": (socket.AF_UNIX, socket.SOCK_STREAM, b"\0" + self.won.encode()),
            "mptcp": (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        }
        listeners = {}
        for name, (family, kind, address) in addresses.items():
            with suppress(OSError):  # a machine without IPv6 has attacks on the others
                listeners[name] = _listener(family, kind, address)
        os.chmod(self.folder / "socket", 0o777)
        return listeners

    def _start_victim(self) -> None:
        if self._victim is not None:
            _end(self._victim)
        with self.credentials.open() as credentials:
            self._victim = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", VICTIM_PROGRAM, self.secret],
                stdin=credentials,
                stdout=subprocess.PIPE,
                env={"SECRET": self.secret},
                text=True,
            )
        assert self._victim.stdout is not None
        with self._victim.stdout as printed:
            self._victim_address = int(printed.readline())


Company = Callable[[Scene, Sandbox], AbstractContextManager[Mapping[str, object]]]
"""What goes on outside during a run, and what the attacker is told of it."""


@dataclass(frozen=True)
class Aftermath:
    """What the owner finds once an attack is over."""

    scene: Scene
    log: str
    hung: bool = False  # it had to be ended from outside
    lost: bool = False  # it took the zygote down

    @property
    def seen(self) -> str:
        """What came out by the log and the output."""
        return self.log + self.output[:100_000].decode("latin-1")

    @property
    def output(self) -> bytes:
        """What became of the output file, as far as it is one."""
        if not self.scene.output_file.is_file():
            return b""
        with self.scene.output_file.open("rb") as file:
            return file.read(4 * 1024 * 1024)

    @property
    def output_mode(self) -> int:
        """The kind and mode of what stands in the place of the output; 0 for nothing."""
        try:
            return os.lstat(self.scene.output_file).st_mode
        except FileNotFoundError:
            return 0


def system_calls() -> dict[str, int | None]:
    """Return the numbers of this machine's system calls for which libc may have no function."""
    _, column = ARCHITECTURES.get(platform.machine(), (0, 0))
    return {name: numbers[column] for name, numbers in (FATAL | HARMLESS_NUMBERS).items()}


def file_handle(path: Path) -> tuple[int, bytes]:
    """Name a file's inode, good on any mount of its filesystem; with nothing where the filesystem has none."""
    handle = (ctypes.c_uint8 * (8 + HANDLE_BYTES))()
    ctypes.cast(handle, ctypes.POINTER(ctypes.c_uint))[0] = HANDLE_BYTES
    mount = ctypes.c_int()
    function = ctypes.CDLL(None).name_to_handle_at
    if function(AT_FDCWD, os.fsencode(path), handle, ctypes.byref(mount), 0) != 0:
        return 0, b""
    size, kind = ctypes.cast(handle, ctypes.POINTER(ctypes.c_uint))[:2]
    return kind, bytes(handle)[8 : 8 + size]


def interfaces() -> list[str]:
    """Name the machine's own network interfaces."""
    return sorted({name for _, name in socket.if_nameindex()} - {"lo"})


def _listener(family: int, kind: int, address: object) -> socket.socket:
    listener = socket.socket(family, kind)
    try:
        if family != socket.AF_UNIX and kind == socket.SOCK_STREAM:
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 5)
        listener.bind(address)  # type: ignore[arg-type]
        if kind == socket.SOCK_STREAM:
            listener.listen()
    except BaseException:
        listener.close()
        raise
    return listener


def _remove(path: Path) -> None:
    with suppress(FileNotFoundError):
        if stat.S_ISDIR(path.lstat().st_mode):
            shutil.rmtree(path)
        else:
            path.unlink()


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
