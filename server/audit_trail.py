"""Notes who was given data and who was refused it; changes note themselves, in the transactions that make them."""

import asyncio
import time
from contextlib import suppress

import structlog

from server.keys import IDENTIFIER, Caller, caller_id
from server.open_calls import Rate
from storage.interfaces import BY_THE_SERVER, AuditEntry, AuditLog

logger = structlog.get_logger(__name__)

WRITE_SECONDS = 1.0
STOP_SECONDS = 2.0  # much less than a server that stops may take
MOST_WAITING = 10_000  # entries that are kept while the database is away
REFUSALS = 10  # of one key at once; after these one a minute, so that nobody fills the table with them
MINUTE = 60.0


class AuditTrail:
    """Keeps entries for a moment and stores them together, so that no call waits for them."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log
        self._waiting: list[AuditEntry] = []
        self._lost = 0
        self._refusals: dict[str, Rate] = {}  # by key id; only keys that the server knows come here

    async def start(self) -> None:
        """Begin to store entries."""
        self._writing = asyncio.create_task(self._keep_writing())

    async def stop(self) -> None:
        """Store what is left, unless the database is away."""
        self._writing.cancel()
        await asyncio.wait([self._writing])
        with suppress(TimeoutError):
            await asyncio.wait_for(self.write(), STOP_SECONDS)

    def note(self, action: str, user_id: str, job_id: str = "", detail: str = "") -> None:
        """Note what the key of this call was used for."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(AuditEntry(time.time(), caller_id(), action, user_id, job_id, detail))
        else:
            self._lost += 1

    def note_refusal(self, caller: Caller, method: str, client: str) -> None:
        """Note that a key does not open the data of a client, whose id may be anything; but not without end."""
        rate = self._refusals.setdefault(caller.key_id, Rate(1 / MINUTE, REFUSALS))
        if not rate.take(time.monotonic()):
            self.note("refused", client if IDENTIFIER.fullmatch(client) else "", detail=method)

    async def write(self) -> None:
        """Store the entries that wait; they go on waiting when they cannot be stored now."""
        entries, self._waiting = self._waiting, []
        lost, self._lost = self._lost, 0
        try:
            if entries:
                await self._log.record([*entries, *[gap(lost)] * bool(lost)])
        except Exception as error:  # such as a full disk, for which nobody is to be turned away
            logger.warning("cannot write the audit trail", error=str(error))
            unwritten = entries + self._waiting
            self._waiting = unwritten[:MOST_WAITING]
            self._lost += lost + len(unwritten) - len(self._waiting)

    async def _keep_writing(self) -> None:
        while True:
            await asyncio.sleep(WRITE_SECONDS)
            await self.write()


def gap(lost: int) -> AuditEntry:
    """Return the entry that stands for those that were lost."""
    return AuditEntry(time.time(), BY_THE_SERVER, "lose-entries", detail=f"{lost} entries, while the database was away")
