"""What the proxy does to a connection is what it was told to do."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from tests.certificates import Authority
from tests.stores.postgresql import PostgresServer
from tests.stores.proxy import Proxy

QUIET_SECONDS = 0.1  # in which nothing may come
PATIENCE = 30


@pytest.fixture
async def echo() -> AsyncIterator[int]:
    """Send everything back, and return the port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(1000):
            writer.write(piece)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture
async def proxy(echo: int) -> AsyncIterator[Proxy]:
    async with asyncio.timeout(PATIENCE), Proxy(echo) as proxy:
        yield proxy


class Caller:
    """A connection to a proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def ask(self, words: bytes) -> bytes:
        """Return the answer, or the part of it that comes before the connection ends."""
        self.writer.write(words)
        try:
            return await self.reader.readexactly(len(words))
        except asyncio.IncompleteReadError as cut:
            return cut.partial
        except ConnectionResetError:
            return b""


async def call(proxy: Proxy, tls: ssl.SSLContext | None = None) -> Caller:
    return Caller(*await asyncio.open_connection("127.0.0.1", proxy.port, ssl=tls))


async def test_everything_passes_where_nothing_was_said(proxy: Proxy) -> None:
    words = bytes(range(256)) * 4000
    assert await (await call(proxy)).ask(words) == words


async def test_refused_callers_come_back_to_the_same_port(proxy: Proxy) -> None:
    caller = await call(proxy)
    assert await caller.ask(b"one") == b"one"
    await proxy.refuse()
    assert await caller.ask(b"two") == b""
    with pytest.raises(ConnectionRefusedError):
        await call(proxy)
    await proxy.restore()
    assert await (await call(proxy)).ask(b"three") == b"three"


async def test_what_is_held_passes_later(proxy: Proxy) -> None:
    proxy.hold()
    answer = asyncio.create_task((await call(proxy)).ask(b"one"))
    await asyncio.wait([answer], timeout=QUIET_SECONDS)
    assert not answer.done()
    await proxy.restore()
    assert await answer == b"one"


async def test_slow_connection_takes_its_time(proxy: Proxy) -> None:
    caller = await call(proxy)
    proxy.slow_down(10_000)
    began = time.monotonic()
    assert await caller.ask(b"x" * 3_000) == b"x" * 3_000
    assert time.monotonic() - began > 0.3


@pytest.mark.parametrize("lose", [Proxy.lose_request, Proxy.lose_answer])
async def test_exchange_with_certain_words_is_lost_once(proxy: Proxy, lose) -> None:
    lose(proxy, b"two")
    caller = await call(proxy)
    assert [await caller.ask(words) for words in (b"one", b"a two")] == [b"one", b""]
    assert await (await call(proxy)).ask(b"a two") == b"a two"


@pytest.mark.parametrize("cut", [Proxy.cut_request, Proxy.cut_answer])
async def test_connection_is_cut_at_a_byte_once(proxy: Proxy, cut) -> None:
    cut(proxy, 2_500)
    caller = await call(proxy)
    assert await caller.ask(b"x" * 1_000) == b"x" * 1_000
    assert await caller.ask(b"x" * 3_000) == b"x" * 1_500
    assert len(await (await call(proxy)).ask(b"x" * 3_000)) == 3_000


async def test_callers_speak_tls_with_a_proxy_that_has_a_certificate(echo: int, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with Proxy(echo, authority.issue("store").context()) as proxy:
        trusting = ssl.create_default_context(cafile=authority.certificate)
        assert await (await call(proxy, trusting)).ask(b"one") == b"one"
        with pytest.raises(ssl.SSLCertVerificationError):
            await call(proxy, ssl.create_default_context())


async def test_callers_of_postgresql_verify_who_answers(postgres: PostgresServer, tmp_path: Path) -> None:
    authority, stranger = Authority(tmp_path), Authority(tmp_path / "stranger")
    async with Proxy(postgres.port, authority.issue("store").context(), postgresql=True) as proxy:
        url = f"{postgres.url('postgres', proxy.port)}?sslmode=verify-full&sslrootcert="
        connection = await asyncpg.connect(url + str(authority.certificate))
        assert await connection.fetchval("SELECT 7") == 7
        await connection.close()
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncpg.connect(url + str(stranger.certificate))


async def test_answer_of_a_commit_can_be_lost_alone(postgres: PostgresServer) -> None:
    async with Proxy(postgres.port) as proxy:
        connection = await asyncpg.connect(postgres.url("postgres", proxy.port))
        proxy.lose_answer(b"COMMIT")
        with pytest.raises((asyncpg.PostgresConnectionError, ConnectionError)):
            async with connection.transaction():
                await connection.execute("CREATE TABLE committed ()")
        assert postgres.query("SELECT count(*) FROM committed") == "0"
        postgres.query("DROP TABLE committed")
