"""A server as a process of its own, started by the command line."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

STRANGE = ("AWS", "CSV_CONVERTER", "FASTAPI", "OPENAI")
COMMAND = str(Path(sys.executable).with_name("csv-converter"))
NO_VARIABLES: Mapping[str, str] = {}


def environment(data_dir: Path, **settings: object) -> dict[str, str]:
    given = {"DATA_DIR": data_dir, "GRPC_ADDRESS": "127.0.0.1:0", "HTTP_ADDRESS": "127.0.0.1:0", **settings}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(STRANGE)}
    return inherited | {f"CSV_CONVERTER_{name}": str(value) for name, value in given.items()}


class ServerProcess:
    """A running server; its log is in a file."""

    def __init__(
        self, folder: Path, *options: str, variables: Mapping[str, str] = NO_VARIABLES, **settings: object
    ) -> None:
        """Start it in a folder, with options, other variables of the environment, and settings."""
        self.log = folder / "server.log"
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [COMMAND, "serve", "--json", *options],
                cwd=folder,
                env=environment(folder / "data", **settings) | variables,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        line = self.process.stdout.readline()
        self.told = json.loads(line) if line else {}
        self.address = self.told.get("grpc_address")

    def family(self) -> set[int]:
        """Return the server and all processes that descend from it."""
        parents = dict(processes())
        family, found = set(), {self.process.pid}
        while found:
            family |= found
            found = {pid for pid, parent in parents.items() if parent in found} - family
        return family

    def member(self, command: str) -> int:
        """Return the process of the family whose command line has these words; its children may have them too."""
        parents = dict(processes())
        named = {pid for pid in self.family() if command in Path(f"/proc/{pid}/cmdline").read_text()}
        [found] = [pid for pid in named if parents[pid] not in named]
        return found

    def signal_group(self, number: signal.Signals) -> None:
        os.killpg(self.process.pid, number)

    def end(self) -> None:
        if self.process.poll() is None:
            self.signal_group(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


@contextmanager
def server_process(
    folder: Path, *options: str, variables: Mapping[str, str] = NO_VARIABLES, **settings: object
) -> Iterator[ServerProcess]:
    server = ServerProcess(folder, *options, variables=variables, **settings)
    try:
        yield server
    finally:
        server.end()


def processes() -> Iterator[tuple[int, int]]:
    """Yield every living process with its parent."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if state != "Z":
                yield int(entry.name), int(parent)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def gone(pids: set[int]) -> Callable[[], bool]:
    return lambda: not pids & {pid for pid, _ in processes()}


def maps(pid: int) -> str:
    """Return what a process has loaded."""
    return Path(f"/proc/{pid}/maps").read_text()
