"""The keys that open this server, as they stood a moment ago."""

import asyncio
import time
from collections.abc import Mapping

import structlog

from csvconverter.v1.errors_pb2 import ERROR_REASON_API_KEY_INVALID, ERROR_REASON_TRY_AGAIN
from server.errors import STORE_RETRY_SECONDS, Refusal
from server.keys import VIEW_SECONDS, Caller, sha256
from server.open_calls import OpenCalls
from storage.interfaces import KeyStore, StoredKey

logger = structlog.get_logger(__name__)

LOOK_SECONDS = 0.3
NOTE_SECONDS = 10.0  # how often it is noted which keys were used


class KeyRing:
    """Tells who shows a key, from memory.

    Other processes add and revoke keys in the store. What has changed there is read all the time, and before a key is
    judged by what was read more than VIEW_SECONDS ago. So a change counts on every server that long after it was
    made, and a call costs no query.

    Keys are found by their digests in a dictionary, whose own hash is salted with a random number of this process:
    how long that takes says nothing about how much of a key is right.
    """

    def __init__(self, store: KeyStore, configured: Mapping[bytes, Caller], calls: OpenCalls) -> None:
        """Take the store, the callers whose keys are settings by their keys' digests, and the calls to end."""
        self._store = store
        self._configured = dict(configured)
        self._always_open = frozenset(configured.values())
        self._calls = calls
        self._stored: dict[bytes, Caller] = {}
        self._revoked: set[str] = set()
        self._revision = 0
        self._valid_until = 0.0
        self._failed_at = 0.0
        self._one_look_at_a_time = asyncio.Lock()
        self._uses: dict[str, float] = {}
        self._noted_at = 0.0

    async def start(self) -> None:
        """Read the keys, and keep reading what changes."""
        await self._look()
        if self._is_empty():
            logger.warning("no key opens this server; `csv-converter keys create` makes one")
        self._looking = asyncio.create_task(self._keep_looking())

    async def stop(self) -> None:
        """Note what was used last."""
        self._looking.cancel()
        await asyncio.wait([self._looking])
        await self._note_uses()

    async def caller(self, shown: str) -> Caller | None:
        """Return who shows this key; None when it opens nothing.

        Raises:
            Refusal: TRY_AGAIN when the store cannot be read.
        """
        digest = sha256(shown)
        if configured := self._configured.get(digest):
            return configured
        await self._look_if_stale()
        stored = self._stored.get(digest)
        if stored is None or self._has_ended(stored):
            return None
        self._uses[stored.key_id] = time.time()
        return stored

    async def opens(self, caller: Caller) -> bool:
        """Tell whether the caller's key still opens anything.

        Raises:
            Refusal: TRY_AGAIN when the store cannot be read.
        """
        if caller in self._always_open:
            return True
        await self._look_if_stale()
        return not self._has_ended(caller)

    def _is_empty(self) -> bool:
        return not self._configured and all(map(self._has_ended, self._stored.values()))

    def _has_ended(self, caller: Caller) -> bool:
        return caller.key_id in self._revoked or caller.expires_at <= time.time()

    async def _look_if_stale(self) -> None:
        asked_at = time.monotonic()
        if asked_at < self._valid_until:
            return
        async with self._one_look_at_a_time:
            if time.monotonic() < self._valid_until:
                return
            if asked_at < self._failed_at:  # or each of those who wait here would look for as long, one after the other
                raise keys_unreadable()
            try:
                await self._look()
            except Exception as error:  # _keep_looking logs it
                raise keys_unreadable() from error

    async def _look(self) -> None:
        began = time.monotonic()
        try:
            for key in await self._store.changes(self._revision):
                self._take(key)
        except Exception:
            self._failed_at = time.monotonic()
            raise
        self._valid_until = began + VIEW_SECONDS

    def _take(self, key: StoredKey) -> None:
        if key.revoked_at is None:
            self._stored[key.digest] = caller_of(key)
        else:
            self._stored.pop(key.digest, None)
            self._revoked.add(key.key_id)
        self._revision = max(self._revision, key.revision)

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                async with self._one_look_at_a_time:
                    await self._look()
            except Exception as error:  # the next look may succeed; until one does, no key is judged
                logger.warning("cannot look for changes of the keys", error=repr(error))
            self._end_calls()
            if time.monotonic() > self._noted_at + NOTE_SECONDS:
                await self._note_uses()

    async def _note_uses(self) -> None:
        self._noted_at = time.monotonic()
        uses, self._uses = self._uses, {}
        try:
            if uses:
                await self._store.used(uses)
        except Exception as error:  # such as a full disk, for which nobody is to be turned away
            logger.warning("cannot note which keys were used", error=repr(error))
            self._uses = uses | self._uses

    def _end_calls(self) -> None:
        for caller in self._calls.callers():
            if self._has_ended(caller):
                message = "the key of this call was revoked or has expired"
                self._calls.end(caller, Refusal(ERROR_REASON_API_KEY_INVALID, message))


def keys_unreadable() -> Refusal:
    """Return the refusal of a call whose key cannot be judged."""
    message = "the server cannot read its keys at the moment: send the call again in a while"
    return Refusal(ERROR_REASON_TRY_AGAIN, message, retry_seconds=STORE_RETRY_SECONDS)


def caller_of(key: StoredKey) -> Caller:
    """Return who shows a stored key."""
    if key.expires_at is None:
        return Caller(key.key_id, key.clients)
    return Caller(key.key_id, key.clients, key.expires_at)
