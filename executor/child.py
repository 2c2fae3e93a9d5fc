"""A supervised child process from a warm forkserver: one job, its events through a pipe of its own, gone when told.

Children that share a queue deadlock when one of them is killed while it writes; a socket pair for each never does. The
process that speaks gRPC must not fork, so the forkserver does.
"""

import asyncio
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable
from multiprocessing.process import BaseProcess
from typing import Any

from csvconverter.v1.events_pb2 import JobEvent

LENGTH_BYTES = 4
CHUNK_BYTES = 1 << 20  # handled together; twice as much is received while they are, and then the child waits
BATCH_SECONDS = 0.03  # events that arrive within this time are handled together
ASK_SECONDS = 2.0


class EventChannel:
    """The child's end: sends events one by one."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    def send(self, event: JobEvent) -> None:
        """Send one event to the supervisor; waits while the supervisor is behind."""
        data = event.SerializeToString()
        self.connection.sendall(len(data).to_bytes(LENGTH_BYTES, "big") + data)


class Child:
    """The supervisor's end of one child process."""

    def __init__(self, process: BaseProcess, events: socket.socket, life: socket.socket) -> None:
        self.process = process
        self.events = events
        self.life = life
        self.connection: asyncio.StreamWriter | None = None  # has taken the events' socket over once they are read

    @classmethod
    def start(cls, target: Callable[..., None], *arguments: Any) -> "Child":
        """Start `target(*arguments, channel)` in a fresh process; sockets among the arguments are passed on.

        It takes a forkserver that is ready a few milliseconds, and there is no await in which half a child could be
        forgotten.
        """
        events, child_events = socket.socketpair()
        life, child_life = socket.socketpair()
        events.setblocking(False)
        context = multiprocessing.get_context("forkserver")
        process = context.Process(target=begin, args=(target, arguments, child_events, child_life), daemon=True)
        with child_events, child_life:
            process.start()
        return cls(process, events, life)

    async def batches(self) -> AsyncIterator[list[JobEvent]]:
        """Yield events in the order in which they were sent, until the end.

        Those that came together are one list. The slower they are handled, the more that are.
        """
        reader, self.connection = await asyncio.open_unix_connection(sock=self.events, limit=CHUNK_BYTES)
        received = bytearray()
        while chunk := await reader.read(CHUNK_BYTES):
            received += chunk
            if events := take_events(received):
                yield events
            await asyncio.sleep(BATCH_SECONDS)

    async def end(self) -> None:
        """Ask, wait, kill: the process is gone then, and what it has sent can still be read."""
        self.process.terminate()
        await asyncio.to_thread(self.process.join, ASK_SECONDS)
        self.process.kill()
        await asyncio.to_thread(self.process.join)

    async def stop(self) -> int | None:
        """End the process and let go of it. Return its exit status, negative for a signal."""
        await self.end()
        (self.connection or self.events).close()
        self.life.close()
        return self.process.exitcode


def take_events(received: bytearray) -> list[JobEvent]:
    """Remove the whole events from the front of what was received and return them."""
    events = []
    while len(received) >= LENGTH_BYTES:
        end = LENGTH_BYTES + int.from_bytes(received[:LENGTH_BYTES], "big")
        if len(received) < end:
            break
        events.append(JobEvent.FromString(bytes(received[LENGTH_BYTES:end])))
        del received[:end]
    return events


def begin(target: Callable[..., None], arguments: tuple[Any, ...], events: socket.socket, life: socket.socket) -> None:
    """Run in the child: leave the server's session, watch its life, and do the work."""
    os.setsid()
    threading.Thread(target=die_with, args=(life,), daemon=True).start()
    target(*arguments, EventChannel(events))


def die_with(life: socket.socket) -> None:
    """Kill this process when the supervisor's end of the socket pair is closed, whatever closed it."""
    life.recv(1)
    os.killpg(0, signal.SIGKILL)
