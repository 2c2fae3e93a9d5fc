"""What the proxy does to a connection is what it was told to do."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Self

import asyncpg
import certifi
import pytest

from tests.certificates import Authority
from tests.stores.postgresql import PostgresServer
from tests.stores.proxy import Proxy

QUIET_SECONDS = 0.1  # in which nothing may come
PATIENCE = 30


class Echo:
    """Sends everything back, and keeps what its last caller has sent."""

    def __init__(self) -> None:
        self.received = b""
        self.left = asyncio.Event()  # the caller has
        self.calls: set[asyncio.Task[None] | None] = set()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls.add(asyncio.current_task())
        self.received = b""
        with suppress(ConnectionResetError):
            while piece := await reader.read(1000):
                self.received += piece
                writer.write(piece)
        writer.close()
        self.left.set()


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    echo = Echo()
    async with await asyncio.start_server(echo.answer, "127.0.0.1", 0) as server:
        echo.port = server.sockets[0].getsockname()[1]
        yield echo
        await asyncio.gather(*filter(None, echo.calls))


@pytest.fixture
async def proxy(echo: Echo) -> AsyncIterator[Proxy]:
    async with asyncio.timeout(PATIENCE), Proxy(echo.port) as proxy:
        yield proxy


class Caller:
    """A connection to a proxy while it is entered."""

    def __init__(self, proxy: Proxy, tls: ssl.SSLContext | None = None) -> None:
        self.address = "127.0.0.1", proxy.port
        self.tls = tls

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_connection(*self.address, ssl=self.tls)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def ask(self, words: bytes) -> bytes:
        """Return the answer, or the part of it that comes before the connection ends."""
        self.writer.write(words)
        try:
            return await self.reader.readexactly(len(words))
        except asyncio.IncompleteReadError as cut:
            return cut.partial
        except ConnectionResetError:
            return b""


async def answer(proxy: Proxy, words: bytes, tls: ssl.SSLContext | None = None) -> bytes:
    async with Caller(proxy, tls) as caller:
        return await caller.ask(words)


async def test_everything_passes_where_nothing_was_said(proxy: Proxy) -> None:
    words = bytes(range(256)) * 4000
    assert await answer(proxy, words) == words


async def test_refused_callers_come_back_to_the_same_port(proxy: Proxy) -> None:
    async with Caller(proxy) as caller:
        assert await caller.ask(b"one") == b"one"
        await proxy.refuse()
        assert await caller.ask(b"two") == b""
    with pytest.raises(ConnectionRefusedError):
        await answer(proxy, b"two")
    await proxy.restore()
    assert await answer(proxy, b"three") == b"three"


async def test_what_is_held_passes_later(proxy: Proxy) -> None:
    proxy.hold()
    answering = asyncio.create_task(answer(proxy, b"one"))
    await asyncio.wait([answering], timeout=QUIET_SECONDS)
    assert not answering.done()
    await proxy.restore()
    assert await answering == b"one"


async def test_slow_connection_takes_its_time(proxy: Proxy) -> None:
    proxy.slow_down(10_000)
    began = time.monotonic()
    assert await answer(proxy, b"x" * 3_000) == b"x" * 3_000
    assert time.monotonic() - began > 0.3


@pytest.mark.parametrize("lose", [Proxy.lose_request, Proxy.lose_answer])
async def test_exchange_with_certain_words_is_lost_once(proxy: Proxy, lose) -> None:
    lose(proxy, b"two")
    async with Caller(proxy) as caller:
        assert [await caller.ask(words) for words in (b"one", b"a two")] == [b"one", b""]
    assert await answer(proxy, b"a two") == b"a two"


async def test_answer_is_cut_at_a_byte_once(proxy: Proxy) -> None:
    proxy.cut_answer(2_500)
    async with Caller(proxy) as caller:
        assert await caller.ask(b"x" * 1_000) == b"x" * 1_000
        assert await caller.ask(b"x" * 3_000) == b"x" * 1_500
    assert await answer(proxy, b"x" * 3_000) == b"x" * 3_000


async def test_request_is_cut_at_a_byte_once(proxy: Proxy, echo: Echo) -> None:
    proxy.cut_request(2_500)
    assert len(await answer(proxy, b"x" * 3_000)) < 3_000
    await echo.left.wait()
    assert len(echo.received) == 2_500
    assert await answer(proxy, b"x" * 3_000) == b"x" * 3_000


async def test_callers_speak_tls_with_a_proxy_that_has_a_certificate(echo: Echo, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with Proxy(echo.port, authority.issue("store").context()) as proxy:
        assert await answer(proxy, b"one", ssl.create_default_context(cafile=authority.certificate)) == b"one"
        with pytest.raises(ssl.SSLCertVerificationError):
            await answer(proxy, b"one", ssl.create_default_context())


async def test_callers_of_postgresql_verify_who_answers(postgres: PostgresServer, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with Proxy(postgres.port, authority.issue("store").context(), postgresql=True) as proxy:
        url = f"{postgres.url('postgres', proxy.port)}?sslmode=verify-full"
        connection = await asyncpg.connect(f"{url}&sslrootcert={authority.certificate}")
        assert await connection.fetchval("SELECT 7") == 7
        await connection.close()
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncpg.connect(f"{url}&sslrootcert={certifi.where()}")


async def test_answer_of_a_commit_can_be_lost_alone(postgres: PostgresServer) -> None:
    async with Proxy(postgres.port) as proxy:
        connection = await asyncpg.connect(postgres.url("postgres", proxy.port))
        proxy.lose_answer(b"COMMIT")
        with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError)):
            async with connection.transaction():
                await connection.execute("CREATE TABLE committed ()")
        assert postgres.query("SELECT count(*) FROM committed") == "0"
        postgres.query("DROP TABLE committed")
