"""Calls that are made again while their store is away."""

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

import structlog

from storage.interfaces import StoreUnavailable

P = ParamSpec("P")
T = TypeVar("T")

DELAYS = (0.1, 0.2, 0.5, 1.0, 2.0)  # seconds between calls; the last one from then on

logger = structlog.get_logger(__name__)


async def persist(call: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
    """Make a call that may be repeated until its store answers; whoever waits for it sets an end to that."""
    return await persist_for(math.inf, call, *args, **kwargs)


async def persist_for(seconds: float, call: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do the same, unless the store is away for longer; a store that is slow is not away.

    Raises:
        StoreUnavailable: it is.
    """
    failures, away_since = 0, math.inf
    while True:
        try:
            answer = await call(*args, **kwargs)
        except StoreUnavailable as error:
            if not failures:
                away_since = time.monotonic()
                logger.warning("a store is away", reason=str(error))
            if time.monotonic() > away_since + seconds:
                raise
        else:
            if failures:
                logger.info("the store answers again", seconds=round(time.monotonic() - away_since, 1))
            return answer
        delay = DELAYS[min(failures, len(DELAYS) - 1)]
        failures += 1
        await asyncio.sleep(delay * random.uniform(0.5, 1.0))
