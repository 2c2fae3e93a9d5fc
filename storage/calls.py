"""Calls that run to their end, whoever asked for them.

A transaction must not be cut off when the one who waits for it is cancelled: its connection would have to be thrown
away, and a connection that is cut off twice never closes.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

R = TypeVar("R")


class Calls:
    """The calls under way."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, call: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
        """Run a call as a task of its own; wait for it through asyncio.shield."""
        task = asyncio.create_task(call)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def wait(self) -> None:
        """Wait until no call is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)
