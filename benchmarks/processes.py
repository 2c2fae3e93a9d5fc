"""The processes that benchmarks call, each of which ends with its block."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KEY = "benchmark-key"
UNLIMITED = "1000000"


@dataclass(frozen=True)
class RealServer:
    """A whole server with its gateway."""

    pid: int
    data_dir: Path
    grpc_address: str
    http_address: str


@contextmanager
def real_server(model_url: str = "") -> Iterator[RealServer]:
    """Run `csv-converter serve` on a folder of its own, with a key that may call as often as it likes.

    A crew plays where a model's server is named, and makes one attempt; without, induction is alone.
    """
    with tempfile.TemporaryDirectory() as name:
        settings = {
            "DATA_DIR": name,
            "GRPC_ADDRESS": "127.0.0.1:0",
            "HTTP_ADDRESS": "127.0.0.1:0",
            "API_KEYS": f"{KEY}=*",
            "CALLS_PER_SECOND": UNLIMITED,
            "CALL_BURST": UNLIMITED,
            "REQUESTS_PER_SECOND": UNLIMITED,
            "AGENTS": "crew" if model_url else "induction",
            "MAX_ITERATIONS": "1" if model_url else "5",
        }
        environment = os.environ | {f"CSV_CONVERTER_{name}": value for name, value in settings.items()}
        environment |= {"OPENAI_BASE_URL": model_url, "OPENAI_API_KEY": "none" if model_url else ""}
        command = [str(Path(sys.executable).with_name("csv-converter")), "serve", "--json"]
        with (Path(name) / "server.log").open("w") as log, ended(command, env=environment, stderr=log) as server:
            line = server.stdout.readline()
            assert line, Path(log.name).read_text()
            told = json.loads(line)
            yield RealServer(server.pid, Path(name), told["grpc_address"], told["http_address"])


@contextmanager
def echo_server() -> Iterator[str]:
    """Run the bare echo server and return its address."""
    with ended([sys.executable, "-m", "benchmarks.echo_server"]) as server:
        yield f"127.0.0.1:{server.stdout.readline().strip()}"


@contextmanager
def ended(command: list[str], **options: object) -> Iterator[Any]:
    """Run a command, whose output can be read line by line, and end it."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.terminate()
            process.wait()


def descendants(pid: int) -> set[int]:
    """List the processes below this one, zombies included."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it went away meanwhile
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}
