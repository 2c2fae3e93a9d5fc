"""A server that may answer yet is asked again: later each time, when it wants to be, and not for ever."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from agents.crew.failures import Failure, Kind, retry_after
from agents.crew.patience import MOST_TRIES, MOST_WANTED_SECONDS, UNREACHABLE_SECONDS, Patience


def waits(kind: Kind, wanted: float = 0.0) -> list[float]:
    """Return how long each try is waited for, as far as there are any."""
    patience = Patience()
    failure = Failure(message="busy", kind=kind, retry_after=wanted)
    return list(iter(lambda: patience.wait_seconds(failure), None))


def test_each_wait_is_chosen_below_a_bound_that_doubles():
    tried = [waits(Kind.PASSING) for _ in range(200)]
    for number, (*same_try,) in enumerate(zip(*tried, strict=True)):
        assert 0 <= min(same_try) < 0.2 * 2**number
        assert 0.8 * 2**number < max(same_try) <= 2**number
    assert len(tried[0]) == MOST_TRIES - 1


def test_a_server_is_asked_again_when_it_wants_to_be():
    assert all(7 <= wait <= 8 for wait in waits(Kind.PASSING, 7))
    assert waits(Kind.PASSING, MOST_WANTED_SECONDS + 1) == []


def test_a_server_that_is_away_is_not_waited_for_long():
    assert all(sum(waits(Kind.UNREACHABLE)[:1]) <= UNREACHABLE_SECONDS for _ in range(50))
    assert waits(Kind.UNREACHABLE, 11) == []


@pytest.mark.parametrize("kind", [Kind.FINAL, Kind.UNSUPPORTED])
def test_what_stays_is_not_waited_for(kind):
    assert waits(kind) == []


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("2.5", 2.5),
        ("", 0),
        ("-3", 0),
        ("nan", 0),
        ("soon", 0),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 0),
        ("Mon, 99 Jan 99999 00:00:00 GMT", 0),
        ("Mon, 01 Jan 2001 00:00:00 +9999999999999999", 0),
    ],
)
def test_what_a_server_wants_is_read(told, seconds):
    assert retry_after(httpx.Response(429, headers={"retry-after": told})) == seconds


def test_what_a_server_wants_may_be_a_date():
    told = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 60 < retry_after(httpx.Response(429, headers={"retry-after": told})) <= 90
