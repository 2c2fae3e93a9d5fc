"""Calls while they last: how many a key may make and have open, and how they are ended from outside."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Any

from csvconverter.v1.errors_pb2 import ERROR_REASON_RATE_LIMITED, ERROR_REASON_TOO_MANY_CALLS
from server.errors import Refusal
from server.keys import Caller

WATCH = "WatchJob"
RETRY_SECONDS = 1.0  # what is tried again when too many calls are open


@dataclass(frozen=True)
class KeyLimits:
    """What each key may do on this server."""

    calls_per_second: int
    call_burst: int  # how many calls at once, after a while without any
    open_calls: int
    open_watches: int  # counted apart: they last as long as a job and cost little


class Rate:
    """A token bucket, kept as the moment at which it will be full again."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._seconds_a_call = 1 / per_second
        self._most_seconds_missing = (burst - 1) / per_second  # while there is a token
        self._full_at = 0.0

    def take(self, now: float) -> float:
        """Take one token and return 0, or return in how many seconds there will be one."""
        missing = max(self._full_at - now, 0.0)
        if missing > self._most_seconds_missing:
            return missing - self._most_seconds_missing
        self._full_at = now + missing + self._seconds_a_call
        return 0.0


class OpenCall:
    """One call, as long as its handler runs."""

    def __init__(self, caller: Caller | None) -> None:
        self.caller = caller
        self._task = asyncio.current_task()
        self._ended_by: Refusal | None = None
        self._in_our_hands = True

    def end(self, refusal: Refusal) -> None:
        """End the call now, or when gRPC has sent what it was given: it must not be interrupted in that."""
        if self._ended_by:
            return
        self._ended_by = refusal
        if self._in_our_hands and self._task:
            self._task.cancel()

    async def hand_over(
        self, responses: AsyncGenerator[Any, None], last_words: Callable[[Refusal], Any] | None = None
    ) -> AsyncIterator[Any]:
        """Yield a handler's responses, for gRPC to send them; after the first, a refusal may have last words.

        Callers over HTTP/1.1 do not see the status of what has begun.
        """
        has_begun = False
        try:
            with self.ends_with_a_reason():
                async with aclosing(responses):
                    async for response in responses:
                        has_begun = True
                        self._in_our_hands = False
                        yield response
                        self._in_our_hands = True
                        if self._ended_by:
                            raise self._ended_by
        except Refusal as refusal:
            if last_words and has_begun:
                self._in_our_hands = False
                yield last_words(refusal)
            raise

    @contextmanager
    def ends_with_a_reason(self) -> Iterator[None]:
        """Make a refusal of the cancellation by which the call was ended."""
        try:
            yield
        except asyncio.CancelledError:
            if not self._ended_by or not self._task:
                raise
            self._task.uncancel()
            raise self._ended_by from None


class Usage:
    """What one key does at the moment, held against its limits."""

    def __init__(self, caller: Caller, limits: KeyLimits) -> None:
        self.caller = caller
        self.calls: set[OpenCall] = set()
        self.watches: set[OpenCall] = set()
        self._limits = limits
        self._rate = Rate(limits.calls_per_second, limits.call_burst)

    def room_for(self, method: str) -> "set[OpenCall]":
        """Return where to put one more call.

        Raises:
            Refusal: RATE_LIMITED or TOO_MANY_CALLS.
        """
        if wait := self._rate.take(time.monotonic()):
            raise rate_limited(self._limits.calls_per_second, wait)
        if method == WATCH:
            calls, most = self.watches, self._limits.open_watches
        else:
            calls, most = self.calls, self._limits.open_calls
        if len(calls) >= most:
            raise too_many_calls(most)
        return calls


class OpenCalls:
    """The open calls of all keys."""

    def __init__(self, limits: KeyLimits) -> None:
        self._limits = limits
        self._usages: dict[str, Usage] = {}  # by key id; only keys that the server knows come here

    @contextmanager
    def opened(self, caller: Caller | None, method: str) -> Iterator[OpenCall]:
        """Surround a handler; a call without a key is not counted.

        Raises:
            Refusal: RATE_LIMITED or TOO_MANY_CALLS; or that with which the call was ended.
        """
        call = OpenCall(caller)
        if caller is None:
            yield call
            return
        calls = self._usage(caller).room_for(method)
        calls.add(call)
        try:
            with call.ends_with_a_reason():
                yield call
        finally:
            calls.discard(call)

    def callers(self) -> list[Caller]:
        """Return whose calls are open."""
        return [usage.caller for usage in self._usages.values() if usage.calls or usage.watches]

    def end(self, caller: Caller, refusal: Refusal) -> None:
        """End all calls of a key."""
        usage = self._usages[caller.key_id]
        for call in usage.calls | usage.watches:
            call.end(refusal)

    def _usage(self, caller: Caller) -> Usage:
        if caller.key_id not in self._usages:
            self._usages[caller.key_id] = Usage(caller, self._limits)
        return self._usages[caller.key_id]


def rate_limited(calls_per_second: int, wait: float) -> Refusal:
    """Return the refusal of a call that comes too soon."""
    return Refusal(
        ERROR_REASON_RATE_LIMITED,
        f"this key may make {calls_per_second} calls a second, and makes more: wait, then send the call again",
        retry_seconds=wait,
        calls_per_second=str(calls_per_second),
    )


def too_many_calls(most: int) -> Refusal:
    """Return the refusal of a call beside too many others."""
    return Refusal(
        ERROR_REASON_TOO_MANY_CALLS,
        f"this key may have {most} of these calls open at the same time, and has: wait until one has ended",
        retry_seconds=RETRY_SECONDS,
        open_calls=str(most),
    )
