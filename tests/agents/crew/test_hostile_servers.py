"""Servers that would keep a job for ever, fill its memory, or have its rows sent elsewhere, do not get to."""

import contextlib
import itertools
import json
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator

import pytest

from agents.crew.answers import ScriptAnswer
from agents.crew.roles import CODER
from agents.crew.settings import ModelSettings
from agents.planner_agent import ModelUnavailable, NothingLeft
from agents.token_meter import TokenMeter
from tests.agents.crew.crewai_warnings import CREWAI_WARNINGS
from tests.language_model.answers import NoUsage, Status, Thinking
from tests.language_model.stub_model import StubModel

pytestmark = CREWAI_WARNINGS

OK = b"HTTP/1.1 200 OK\r\n"
STREAM = OK + b"Content-Type: text/event-stream\r\n\r\n"
WHOLE = OK + b"Content-Type: application/json\r\n\r\n"
FAULT = b"HTTP/1.1 400 Bad\r\nContent-Type: application/json\r\n\r\n"
PAGE = b"x" * (1 << 20)
SCRIPT = {"script": "print(1)"}
Sent = Callable[[], Iterable[bytes]]


@contextlib.contextmanager
def server(sent: Sent, pause: float = 0.0) -> Iterator[str]:
    """Serve the same bytes to everyone, and give the address."""
    with socket.create_server(("127.0.0.1", 0)) as listener, contextlib.ExitStack() as stack:
        threading.Thread(target=accept, args=(listener, sent, pause, stack), daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        listener.shutdown(socket.SHUT_RDWR)


def accept(listener: socket.socket, sent: Sent, pause: float, stack: contextlib.ExitStack) -> None:
    with contextlib.suppress(OSError):
        while True:
            caller = stack.enter_context(listener.accept()[0])
            threading.Thread(target=talk, args=(caller, sent(), pause), daemon=True).start()


def talk(caller: socket.socket, sent: Iterable[bytes], pause: float) -> None:
    with contextlib.suppress(OSError), caller:
        caller.recv(1 << 20)
        for some in sent:
            caller.sendall(some)
            time.sleep(pause)


def ask(address: str, meter: TokenMeter | None = None, **settings: float) -> str:
    from agents.crew.model import LanguageModel  # CrewAI takes seconds to import

    model = LanguageModel(ModelSettings("stub-1", "sk-canary", address, **settings), meter or TokenMeter())
    return model.ask(CODER, "Write it.", ScriptAnswer, lambda _: None).script


def endless(begin: bytes, some: bytes) -> Sent:
    return lambda: itertools.chain([begin], itertools.repeat(some))


@pytest.mark.parametrize(
    "sent",
    [
        endless(OK, b"X-More: yes\r\n"),
        endless(STREAM, b": still here\n\n"),
        endless(STREAM, b"x"),
        endless(WHOLE, b" "),
        endless(FAULT, b" "),
    ],
    ids=["headers", "comments", "line", "whole", "fault"],
)
def test_a_server_that_drips_for_ever_is_left_when_the_time_is_over(sent: Sent) -> None:
    begun = time.monotonic()
    with server(sent, pause=0.05) as address, pytest.raises(NothingLeft, match="are over"):
        ask(address, seconds_per_job=1.0)
    assert time.monotonic() - begun < 15


@pytest.mark.parametrize("begin", [STREAM, WHOLE, FAULT], ids=["line", "whole", "fault"])
def test_a_response_of_gigabytes_is_not_read_to_its_end(begin: bytes) -> None:
    with server(endless(begin, PAGE)) as address, pytest.raises(ModelUnavailable, match="far more than an answer"):
        ask(address)


def test_a_response_that_is_packed_is_not_unpacked() -> None:
    packed = zlib.compress(json.dumps({"choices": [{"message": {"content": json.dumps(SCRIPT)}}]}).encode())
    head = WHOLE.replace(b"\r\n\r\n", b"\r\nContent-Encoding: deflate\r\n\r\n")
    with server(lambda: [head, packed]) as address, pytest.raises(NothingLeft):
        ask(address, seconds_per_job=0.5)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nothing_is_sent_to_where_a_server_points(status: int) -> None:
    with StubModel({"coder": [SCRIPT]}) as elsewhere:
        moved = f"HTTP/1.1 {status} Moved\r\nLocation: {elsewhere.base_url}/chat/completions\r\n\r\n"
        with server(lambda: [moved.encode()]) as address, pytest.raises(ModelUnavailable, match="another address"):
            ask(address)
    assert elsewhere.lines == []


def test_a_server_that_breaks_where_it_does_not_know_schemas_is_asked_without_in_the_end() -> None:
    def answer(asked):
        return Status(500, retry_after=0.01) if "response_format" in asked.body else SCRIPT

    with StubModel(answer) as stub:
        assert ask(stub.base_url) == "print(1)"
    assert len(stub.requests) == 7


def test_a_server_that_stays_broken_is_left_alone() -> None:
    with (
        StubModel({"coder": [Status(500, retry_after=0.01)] * 7}) as stub,
        pytest.raises(ModelUnavailable, match=r"failing \(status 500\) \(tried 7 times\)"),
    ):
        ask(stub.base_url)


def test_an_answer_in_parts_is_read_without_its_thoughts() -> None:
    parts = [{"type": "thinking", "thinking": []}, {"type": "text", "text": json.dumps(SCRIPT)}]
    whole = WHOLE + json.dumps({"choices": [{"message": {"content": parts}}]}).encode()
    piece = STREAM + b"data: " + json.dumps({"choices": [{"delta": {"content": parts}}]}).encode() + b"\n\n"
    for answer in (whole, piece):
        with server(lambda answer=answer: [answer]) as address:
            assert ask(address) == "print(1)"


def test_thoughts_are_counted_where_a_server_does_not_count() -> None:
    meter = TokenMeter()
    with StubModel({"coder": [NoUsage(Thinking("Let me see. " * 500, SCRIPT))]}) as stub:
        ask(stub.base_url, meter)
    assert meter.total.completion_tokens > 1000
