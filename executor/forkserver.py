"""The process from which workers are forked: it has imported what they need, and knows no secret of the server's."""

import asyncio
import importlib
import multiprocessing
import os
import re
import select
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

import structlog

logger = structlog.get_logger(__name__)

PRELOADING, WORKER = "executor.preloading", "executor.worker"
VARIABLE = "CSV_CONVERTER_FORKSERVER"  # tells it whose it is, and what to import
PASSED_ON = re.compile(r"PATH|LANG|LC_\w+|TZ|LD_LIBRARY_PATH|PYTHON\w+|SSL_CERT_(FILE|DIR)|(https?|all|no)_proxy", re.I)
"""What workers may know of the server's environment: how to run, and how to reach a language model."""

AGAIN_SECONDS = 1.0

Result = TypeVar("Result")


class Forkserver:
    """Python's own forkserver, started again when it was killed; there is one in a process."""

    def __init__(self, modules: Sequence[str], home: Path) -> None:
        """Take what else is to be imported, which may take seconds, and a folder for what libraries keep for a user."""
        self.modules = [WORKER, *modules]
        self.home = home
        self.pidfd: int | None = None
        self.warming = asyncio.Lock()

    def start(self) -> None:
        """Start it, and do not wait until it has imported anything."""
        self.home.mkdir(exist_ok=True)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([PRELOADING])
        told = {VARIABLE: ",".join([str(os.getpid()), *self.modules])}
        with environment(environment_of_workers(self.home) | told):
            forkserver.ensure_running()

    async def ready(self) -> None:
        """Return when workers can be forked in milliseconds."""
        async with self.warming:
            while not self.alive():
                self.close()
                try:
                    self.start()  # in this thread, so that no code of it sees the other environment
                    self.pidfd = await unattended(self.warm_up)
                except (EOFError, OSError):
                    logger.exception("the process that forks workers did not start")
                    await asyncio.sleep(AGAIN_SECONDS)

    def close(self) -> None:
        """Let go of it; it ends with this process."""
        if self.pidfd is not None:
            os.close(self.pidfd)
        self.pidfd = None

    def alive(self) -> bool:
        """Tell whether it runs, as it did when it was ready."""
        if self.pidfd is None:
            return False
        ended = select.poll()  # unlike select.select it takes any descriptor
        ended.register(self.pidfd, select.POLLIN)
        return not ended.poll(0)

    def warm_up(self) -> int:
        """Wait for a first child, and so for all imports. Return a descriptor that can be read once it has ended."""
        context = multiprocessing.get_context("forkserver")
        receiver, sender = context.Pipe(duplex=False)
        with receiver, sender:
            child = context.Process(target=look_around, args=(self.modules, sender), daemon=True)
            child.start()
            sender.close()  # it is the child's: when that is killed there is an end to be read
            pid, trouble = receiver.recv()
            child.join()
        if trouble:
            logger.error("workers lack what they need", reason=trouble)
        return os.pidfd_open(pid)


def look_around(modules: Sequence[str], sender: Connection) -> None:
    """Run in the first child: tell who its parent is, and which module cannot be imported, which nobody else tells."""
    trouble = ""
    try:
        for name in modules:
            importlib.import_module(name)
    except Exception as error:
        trouble = f"{name} cannot be imported: {error}"
    with suppress(BrokenPipeError):  # the server could not start, say, and has ended
        sender.send((os.getppid(), trouble))


def environment_of_workers(home: Path) -> dict[str, str]:
    """Return what workers know of this process's environment, with a home of their own."""
    return {name: value for name, value in os.environ.items() if PASSED_ON.fullmatch(name)} | {"HOME": str(home)}


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Have other environment variables for a moment, since the forkserver takes those of whoever starts it."""
    own = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(own)


async def unattended(work: Callable[[], Result]) -> Result:
    """Return what comes of work in a thread of its own; a process that ends does not wait for it."""
    promise: Future[Result] = Future()
    promise.set_running_or_notify_cancel()  # it cannot be cancelled from now on

    def run() -> None:
        try:
            promise.set_result(work())
        except Exception as error:
            promise.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return await asyncio.wrap_future(promise)
