"""What the client makes of a store that does not take a file, or is not there."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable

import grpc
import pytest

from csvconverter.errors import ConverterError
from csvconverter.signed_urls import fetch, send, size_of
from tests.stores.processes import free_port

SECRET = "X-Amz-Signature=5ec7e7"
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def told_of(error: ConverterError) -> str:
    assert error.code is grpc.StatusCode.FAILED_PRECONDITION
    assert SECRET not in error.message
    return error.message


async def listening(answer: Answer) -> AsyncIterator[str]:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/file?{SECRET}"


@pytest.fixture
async def refusing() -> AsyncIterator[str]:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async for url in listening(refuse):
        yield url


@pytest.fixture
async def breaking_off() -> AsyncIterator[str]:
    async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of it")
        await writer.drain()
        writer.close()

    async for url in listening(break_off):
        yield url


async def test_refusal_of_the_store_is_told_without_the_address(refusing: str) -> None:
    with pytest.raises(ConverterError) as refused:
        await send(refusing, {}, io.BytesIO(b"id\n1\n"), 5)
    assert "refuses the file: 403 Forbidden" in told_of(refused.value)
    with pytest.raises(ConverterError) as refused:
        await fetch(refusing, io.BytesIO())
    assert "refuses the file: 403 Forbidden" in told_of(refused.value)


async def test_store_that_is_not_there_is_told_without_the_address() -> None:
    url = f"http://127.0.0.1:{free_port()}/file?{SECRET}"
    for passing in (send(url, {}, io.BytesIO(b"id\n1\n"), 5), fetch(url, io.BytesIO())):
        with pytest.raises(ConverterError) as failed:
            await passing
        assert "cannot be reached" in told_of(failed.value)


async def test_half_of_a_file_is_no_file(breaking_off: str) -> None:
    with pytest.raises(ConverterError) as failed:
        await fetch(breaking_off, io.BytesIO())
    assert "cannot be reached" in told_of(failed.value)


def test_only_what_follows_is_measured() -> None:
    file = io.BytesIO(b"before, after")
    file.seek(8)
    assert (size_of(file), file.read()) == (5, b"after")
