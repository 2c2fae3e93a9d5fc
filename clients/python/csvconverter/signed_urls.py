"""Files on their way to and from addresses that the server has signed: straight to the store that keeps them.

An address is a secret, so no error repeats it.
"""

import asyncio
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import grpc

from csvconverter.address import is_local
from csvconverter.errors import ConverterError

PIECE_BYTES = 256 * 1024
SILENCE_SECONDS = 60.0


class Abandoned(Exception):
    """Nobody waits for the file any longer."""


class Sending:
    """A file as another thread reads it until it is told to stop."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.is_abandoned = False

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        if self.is_abandoned:
            raise Abandoned
        return self.file.read(size)


async def send(url: str, headers: Mapping[str, str], file: BinaryIO, size: int) -> None:
    """PUT the rest of a file, which has so many bytes."""
    sending = Sending(file)
    length = {"Content-Length": str(size), "Content-Type": "text/csv"}
    request = urllib.request.Request(url, data=sending, headers={**length, **headers}, method="PUT")
    try:
        with store_words(url):
            (await asyncio.to_thread(answered, request)).close()
    finally:
        sending.is_abandoned = True


async def fetch(url: str, file: BinaryIO) -> int:
    """GET a file and return how many bytes were written."""
    written = 0
    with store_words(url):
        answer = await asyncio.to_thread(answered, urllib.request.Request(url))
    with answer:
        while piece := await piece_of(answer, url):
            written += await asyncio.to_thread(file.write, piece)
    return written


async def piece_of(answer: Any, url: str) -> bytes:
    """Return the next bytes of an answer; none at its end."""
    with store_words(url):
        piece = bytes(await asyncio.to_thread(answer.read, PIECE_BYTES))
        if answer.length and not piece:  # http.client does not mind
            raise http.client.IncompleteRead(piece, answer.length)
        return piece


def answered(request: urllib.request.Request) -> Any:
    """Return the answer; a proxy in the environment is for the world outside, and no way to this machine."""
    no_proxy = [urllib.request.ProxyHandler({})] if is_local(request.host) else []
    return urllib.request.build_opener(*no_proxy).open(request, timeout=SILENCE_SECONDS)


def size_of(file: BinaryIO) -> int:
    """Return how many bytes follow in a file that can be read again.

    Raises:
        ValueError: it is a pipe or the like.
    """
    if not file.seekable():
        raise ValueError("a file that is sent by URL must be known in length: a pipe is not")
    here = file.tell()
    size = file.seek(0, os.SEEK_END) - here
    file.seek(here)
    return size


@contextmanager
def store_words(url: str) -> Iterator[None]:
    """Raise `ConverterError` where the store cannot be reached or refuses."""
    store = f"the server's store at {urlsplit(url).netloc}"
    try:
        yield
    except urllib.error.HTTPError as error:
        error.close()
        raise not_passed(f"{store} refuses the file: {error.code} {error.reason}") from None
    except (OSError, http.client.HTTPException) as error:
        raise not_passed(f"{store} cannot be reached: {getattr(error, 'reason', error)}") from None


def not_passed(message: str) -> ConverterError:
    """Return the error of a file that did not pass."""
    return ConverterError(grpc.StatusCode.FAILED_PRECONDITION, message)
