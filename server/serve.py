"""A server as a process: its command line, what it prints, and the signals that stop it."""

import argparse
import asyncio
import json
import os
import signal
import sys

import structlog
import uvloop

from executor.sandbox.exchange import SandboxLost, SandboxTooWeak
from gateway.launcher import GatewayFailed
from server.address import Address
from server.data_folder import DataFolderUnusable
from server.door import AddressTaken
from server.logs import configure_logs
from server.main import RunningServer, running_server
from server.players import CrewUnusable
from server.settings import Settings, SettingsInvalid, read_settings, without_effect
from server.strength import weaknesses
from server.tls import TlsUnusable
from storage.interfaces import StoreUnavailable
from storage.ownership import FilesOfAnotherDatabase
from storage.s3.settings import BucketUnusable
from storage.sql.database import DatabaseUnusable

logger = structlog.get_logger(__name__)

CANNOT_START = (
    AddressTaken,
    BucketUnusable,
    CrewUnusable,
    DatabaseUnusable,
    DataFolderUnusable,
    FilesOfAnotherDatabase,
    GatewayFailed,
    SandboxLost,
    SettingsInvalid,
    StoreUnavailable,
    TlsUnusable,
)


async def serve(settings: Settings, *, with_gateway: bool, as_json: bool) -> int:
    """Run a server until a signal says stop; a second one ends it at once. Return the exit status."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        if stop.is_set():
            os._exit(1)  # every other process ends with this one
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
    async with running_server(settings, with_gateway=with_gateway) as server:
        for sentence in (*without_effect(), *weaknesses(server.sandbox_layers)):
            logger.warning(sentence)
        announce(server, as_json=as_json)
        stopping = asyncio.create_task(stop.wait())
        ends = {stopping} | ({asyncio.create_task(server.gateway.wait())} if server.gateway else set())
        done, waiting = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        logger.info("stopping")
    for task in done - {stopping}:
        logger.error("the gateway ended", reason=task.result())
    return 0 if stopping in done else 1


def announce(server: RunningServer, *, as_json: bool) -> None:
    """Print where the server listens."""
    facts = server.announcement()
    scheme = "https" if server.settings.http_tls_cert else "http"
    sys.stdout.write((json.dumps(facts) if as_json else for_people(facts, scheme)) + "\n")
    sys.stdout.flush()


def for_people(facts: dict[str, str], scheme: str) -> str:
    """Return an announcement as lines of text."""
    lines = [f"gRPC  {facts['grpc_address']}"]
    if http_address := facts.get("http_address"):
        lines.append(f"REST  {scheme}://{Address.parse(http_address).reachable}, documentation at /docs")
    lines.append(f"data  {facts['data_dir']}")
    if agents := facts.get("agents"):
        lines.append(f"crew  {agents}")
    if key := facts.get("api_key"):
        lines.append(f"key   {key}, made now and shown only once; it is kept in {facts['api_key_file']}")
    return "\n".join([*lines, "Ctrl-C stops the server."])


def main() -> None:
    """Run the server from the command line."""
    parser = argparse.ArgumentParser(prog="csv-converter serve", description="Run the server until it is told to stop.")
    parser.add_argument("--no-gateway", action="store_true", help="do not start the REST gateway")
    parser.add_argument("--json", action="store_true", help="announce the addresses and log as JSON")
    options = parser.parse_args()
    configure_logs(as_json=options.json)
    try:
        settings = read_settings()
        status = uvloop.run(serve(settings, with_gateway=not options.no_gateway, as_json=options.json))
    except SandboxTooWeak as failure:
        sys.exit(f"cannot start: {failure} `csv-converter doctor` says what each layer takes.")
    except CANNOT_START as failure:
        sys.exit(f"cannot start: {failure}")
    sys.exit(status)
