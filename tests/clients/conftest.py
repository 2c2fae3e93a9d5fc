"""A running server with one job, and the command line as a process of its own."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest

from csvconverter.v1.services_pb2_grpc import add_ConversionServiceServicer_to_server
from tests.clients.scripted_service import KEY, ScriptedService
from tests.clients.stories import success

CLI = Path(sys.executable).with_name("csv-converter")


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Run = Callable[..., Coroutine[Any, Any, Ran]]


@pytest.fixture
def service() -> ScriptedService:
    return ScriptedService(success())


@pytest.fixture
async def address(service: ScriptedService) -> AsyncIterator[str]:
    server, port = await serve(service)
    yield f"127.0.0.1:{port}"
    await server.stop(0)


async def serve(service: ScriptedService, port: int = 0) -> tuple[grpc.aio.Server, int]:
    """Start a server on a port of this machine and return both."""
    server = grpc.aio.server(options=[("grpc.max_receive_message_length", -1), ("grpc.so_reuseport", 0)])
    add_ConversionServiceServicer_to_server(service, server)
    port = server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    return server, port


@pytest.fixture
def environment(address: str, tmp_path: Path) -> dict[str, str]:
    """Return what the command line finds: the server and the key, and nothing that this machine has set."""
    foreign = ("CSV_CONVERTER_", "FASTAPI_", "PYTHON_DOTENV_")  # importing CrewAI sets the last
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {"CSV_CONVERTER_GRPC_ADDRESS": address, "CSV_CONVERTER_API_KEY": KEY}


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    """Run the command line in a folder of its own, in a pipe."""

    async def run_command(*arguments: str, stdin: bytes = b"", **variables: str) -> Ran:
        process = await asyncio.create_subprocess_exec(
            CLI,
            *arguments,
            cwd=tmp_path,
            env=environment | variables,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(stdin), 30)
        return Ran(process.returncode or 0, out.decode(), err.decode())

    return run_command
