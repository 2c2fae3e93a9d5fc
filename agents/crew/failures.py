"""Why a request to the model server failed, in words that say what to do, and whether to try again.

Nothing of what the server sent gets further than here but the beginning of what it complained of.
"""

import enum
from email.utils import parsedate_to_datetime
from time import time

import httpx
from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError
from pydantic import BaseModel

from agents.crew.answers import plain
from agents.crew.bounds import TooLong
from agents.wording import cut, printable

COMPLAINT_CHARACTERS = 120
NO_CREDIT = {"insufficient_quota", "billing_hard_limit_reached"}

SERVER = "the model server"
UNREACHABLE = f"{SERVER} cannot be reached: check OPENAI_BASE_URL, and that it runs and can be reached from here"
REFUSED_KEY = f"{SERVER} refused the key: set OPENAI_API_KEY to one that may use the model"
NO_CREDIT_LEFT = f"{SERVER} says that the account has no credit left: add some, or set another OPENAI_API_KEY"
UNKNOWN_MODEL = f"{SERVER} does not know the model or the address: check OPENAI_MODEL_NAME and OPENAI_BASE_URL"
TOO_LONG = "the question is longer than the model can read: raise its context length, or choose one that reads more"
SHORTENED = f"{SERVER} left out a part of the question, which is longer than its context: raise its context length"
NOT_TRUSTED = f"{SERVER} has a certificate that is not trusted: set SSL_CERT_FILE to a file with whoever signed it"
MOVED = f"{SERVER} sends on to another address: set OPENAI_BASE_URL to where it is, perhaps with https"
NO_COMPLETION = f"{SERVER} sent what is no chat completion: check OPENAI_BASE_URL, which mostly ends in /v1"
ENDLESS = f"{SERVER} sends far more than an answer: check OPENAI_BASE_URL, and what runs there"
REFUSED = "the model refused to answer: look at what the job asks for, or set another OPENAI_MODEL_NAME"


class Kind(enum.Enum):
    """What can be done about a failure."""

    FINAL = enum.auto()  # nothing
    PASSING = enum.auto()  # wait
    STUMBLING = enum.auto()  # wait, then ask in a plainer way: some servers break where they do not know schemas
    UNREACHABLE = enum.auto()  # wait, but not for long
    UNSUPPORTED = enum.auto()  # ask without what the server does not know


class Failure(BaseModel):
    """Why a request came to nothing."""

    message: str
    kind: Kind = Kind.FINAL
    retry_after: float = 0.0  # seconds that the server wants to be left alone
    complaint: str = ""  # the server's words, for telling what it does not know; shown to nobody


def failure_of(error: Exception, key: str) -> Failure:
    """Return what an error of the client library, or in what the server sent, means; the key is kept out of it."""
    if isinstance(error, APIStatusError):
        return failure_of_status(error, key)
    if isinstance(error, APITimeoutError | httpx.TimeoutException):
        if isinstance(error.__cause__, httpx.ConnectTimeout):
            return Failure(message=UNREACHABLE, kind=Kind.UNREACHABLE)
        return Failure(message=f"{SERVER} did not answer in time", kind=Kind.PASSING)
    if isinstance(error, APIConnectionError):
        if isinstance(error.__cause__, httpx.ReadError | httpx.RemoteProtocolError):
            return Failure(message=f"{SERVER} cut the connection", kind=Kind.PASSING)
        if "CERTIFICATE_VERIFY_FAILED" in str(error.__cause__):
            return Failure(message=NOT_TRUSTED)
        return Failure(message=UNREACHABLE, kind=Kind.UNREACHABLE)
    if isinstance(error, httpx.TransportError):
        return Failure(message=f"{SERVER} cut the connection", kind=Kind.PASSING)
    if isinstance(error, APIError):  # told in the midst of an answer
        return Failure(message=f"{SERVER} broke its answer off{quoted(error, key)}", kind=Kind.PASSING)
    if isinstance(error, TooLong):
        return Failure(message=ENDLESS)
    return Failure(message=NO_COMPLETION, kind=Kind.PASSING)


def failure_of_status(error: APIStatusError, key: str) -> Failure:
    """Return what an HTTP status means."""
    status = error.status_code
    if status in (401, 403):
        return Failure(message=REFUSED_KEY)
    if status == 402 or str(error.code) in NO_CREDIT:
        return Failure(message=NO_CREDIT_LEFT)
    if status == 404:
        return Failure(message=UNKNOWN_MODEL)
    if 300 <= status < 400:
        return Failure(message=MOVED)
    if status == 413:
        return Failure(message=TOO_LONG)
    if status in (408, 409, 429) or status >= 500:
        return failure_for_a_while(status, retry_after(error.response))
    complaint = error.message.lower()
    if "api key" in complaint:
        return Failure(message=REFUSED_KEY)
    message = TOO_LONG if "context" in complaint else f"{SERVER} refused the request{quoted(error, key)}"
    return Failure(message=message, kind=Kind.UNSUPPORTED, complaint=plain(complaint))


def failure_for_a_while(status: int, seconds: float) -> Failure:
    """Return what the status of a server means that will do better later; 0 seconds when it does not say when."""
    state = "busy" if status in (429, 503) else "failing"
    wish = f", and wants to be left alone for {seconds:,.0f} s" if seconds >= 1 else ""
    kind = Kind.STUMBLING if status == 500 else Kind.PASSING
    return Failure(message=f"{SERVER} is {state} (status {status}){wish}", kind=kind, retry_after=seconds)


def quoted(error: APIError, key: str) -> str:
    """Return the beginning of what the server says, to be put behind a sentence; empty when it says nothing."""
    said = error.body.get("message") if isinstance(error.body, dict) else None
    if not isinstance(said, str):
        return ""
    return f", saying “{cut(printable(' '.join(said.replace(key, '…').split())), COMPLAINT_CHARACTERS)}”"


def retry_after(response: httpx.Response) -> float:
    """Return how many seconds the server wants to be left alone, which it may say as a number or as a date."""
    told = response.headers.get("retry-after", "")
    try:
        return max(0.0, float(told))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - time())
    except (ValueError, OverflowError):
        return 0.0
