"""Local files: "-" is standard input or output, and what is wrong with one is said in words."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

import typer

STANDARD = Path("-")
ByUrl = Annotated[bool, typer.Option("--by-url", help="Let files go straight to and from the server's bucket.")]
VERBS = {"rb": "read", "wb": "write", "xb": "write"}


def read_file(path: Path) -> bytes:
    """Return the whole of a file."""
    with open_input(path) as file:
        return file.read()


@contextmanager
def open_input(path: Path) -> Iterator[BinaryIO]:
    """Open a file to read."""
    if path == STANDARD:
        yield sys.stdin.buffer
        return
    with opened(path, "rb") as file:
        yield file


@contextmanager
def open_output(path: Path) -> Iterator[BinaryIO]:
    """Open a file to write, which appears, whole, only when all went well."""
    if path == STANDARD:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    elif path.exists() and not path.is_file():  # a device or a pipe takes the bytes as they come
        with opened(path, "wb") as file:
            yield file
    else:
        draft = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with opened(draft, "xb") as file:
                yield file
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def opened(path: Path, mode: Literal["rb", "wb", "xb"]) -> BinaryIO:
    """Open a file, or say which one cannot be opened and why."""
    try:
        return path.open(mode)
    except OSError as problem:
        raise typer.BadParameter(f"cannot {VERBS[mode]} {path}: {problem.strerror}") from None
