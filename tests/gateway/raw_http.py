"""Requests byte by byte: what no HTTP library would send."""

import asyncio

from gateway.launcher import Gateway


async def answer_to(gateway: Gateway, head: str, body: bytes = b"") -> tuple[int, str]:
    """Send a request, which may never end, and return the status and the body of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    writer.write(f"{head}\r\nhost: converter\r\n\r\n".encode() + body)
    async with asyncio.timeout(20):
        status = int((await reader.readline()).split()[1])
        headers = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(headers.partition("content-length: ")[2].split()[0])
        answer = (await reader.readexactly(length)).decode()
    writer.close()
    return status, answer


async def exchange(gateway: Gateway, head: str, body: bytes = b"") -> bytes:
    """Send bytes and return all that comes back until the gateway closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    writer.write(f"{head}\r\n\r\n".encode() + body)
    async with asyncio.timeout(20):
        answer = await reader.read()
    writer.close()
    return answer
