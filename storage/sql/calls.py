"""Calls that run to their end, whoever asked for them.

A transaction must not be cut off when the one who waits for it is cancelled: its connection would have to be thrown
away, and a connection that is cut off twice never closes.
"""

import asyncio
import functools
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

CLOSE_SECONDS = 2.0  # much less than a server that stops may take

P = ParamSpec("P")
R = TypeVar("R")


class Calls:
    """The calls under way."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, call: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
        """Run a call as a task of its own; wait for it through asyncio.shield."""
        task = asyncio.create_task(call)
        self._tasks.add(task)
        task.add_done_callback(self._end)
        return task

    def _end(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # seen, also when nobody waits for the call any longer

    async def wait(self) -> None:
        """Wait until no call is under way; for a database that does not answer, not long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                while self._tasks:
                    await asyncio.wait(self._tasks)


class MakesCalls(Protocol):
    """A store that keeps count of its calls."""

    _calls: Calls


S = TypeVar("S", bound=MakesCalls)
Method = Callable[Concatenate[S, P], Coroutine[Any, Any, R]]


def uninterrupted(method: Method[S, P, R]) -> Method[S, P, R]:
    """Let a method run to its end when its caller is cancelled."""

    @functools.wraps(method)
    async def shielded(store: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.shield(store._calls.start(method(store, *args, **kwargs)))

    return shielded
