"""How long a model server is waited for that is busy, failing or away: longer each time, and not all jobs at once."""

import random
import time

from agents.crew.failures import Failure, Kind

MOST_TRIES = 6
FIRST_SECONDS, MOST_SECONDS = 1.0, 30.0
MOST_WANTED_SECONDS = 120.0  # with a server that wants to be left alone for longer there is no use in waiting
UNREACHABLE_SECONDS = 10.0


class Patience:
    """Of one request and its repetitions."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.tries = 0

    def wait_seconds(self, failure: Failure) -> float | None:
        """Return how long to wait before the next try; None when there is no use in one.

        The time is chosen at random between nothing and a bound that doubles ("full jitter"), so that many jobs do not
        come back together; a server that says when it wants to be asked again is asked a little later.
        """
        self.tries += 1
        if failure.kind in (Kind.FINAL, Kind.UNSUPPORTED) or self.tries >= MOST_TRIES:
            return None
        if failure.retry_after > MOST_WANTED_SECONDS:
            return None
        if failure.retry_after:
            wait = failure.retry_after + random.uniform(0, FIRST_SECONDS)
        else:
            wait = random.uniform(0, min(MOST_SECONDS, FIRST_SECONDS * 2 ** (self.tries - 1)))
        waited = time.monotonic() - self.begun + wait
        return None if failure.kind is Kind.UNREACHABLE and waited > UNREACHABLE_SECONDS else wait
