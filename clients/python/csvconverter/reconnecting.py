"""How long, and how often, a lost connection is tried again."""

import asyncio
import random
import time

FIRST_DELAY = 0.2
LONGEST_DELAY = 5.0


class Patience:
    """Ever longer waits between tries, in seconds, until nothing has been heard for `limit` seconds."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.renew()

    def renew(self) -> None:
        """Begin anew, since the other side was heard."""
        self.delay = FIRST_DELAY
        self.last_heard = time.monotonic()

    def is_over(self) -> bool:
        """Tell whether it is time to give up."""
        return time.monotonic() - self.last_heard >= self.limit

    async def wait(self) -> None:
        """Wait before the next try; the random part keeps many watchers of one server from coming back at once."""
        await asyncio.sleep(self.delay * random.uniform(0.5, 1.0))
        self.delay = min(2 * self.delay, LONGEST_DELAY)
