"""An OpenAI-compatible server over real HTTP that answers as it is told.

with StubModel({"planner": [plan], "coder": [Status(500), {"script": GOOD}]}) as model:
    ...  # model.base_url, model.requests
"""

import json
import select
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.language_model.answers import Answer, Completion, Garbage, Hang, Status, completion_of
from tests.language_model.asked import CHARACTERS_PER_TOKEN, Asked, Malformed, tokens

NOTHING: dict[str, Answer] = {
    "planner": {"transformation_steps": [], "data_quality_checks": [], "expected_challenges": []},
    "tester": {"suggestions": []},
}
"""What a role says that nobody gave a word."""

PIECE = 16  # characters of a streamed piece
MOST_PIECES = 2000
LOOK_SECONDS = 0.02

Chooser = Callable[[Asked], Answer]


def in_turn(answers: Mapping[str, Iterable[Answer]]) -> Chooser:
    """Give each role its answers one after the other; one that has none left is told so with status 400."""
    left = {role: iter(ones) for role, ones in answers.items()}
    lock = threading.Lock()

    def choose(asked: Asked) -> Answer:
        if asked.role not in left and asked.role in NOTHING:
            return NOTHING[asked.role]
        with lock:
            return next(left.get(asked.role, iter(())), Status(400, f"the stub has no answer for the {asked.role}"))

    return choose


class StubModel:
    """The server, in a thread while it is entered."""

    def __init__(
        self, answers: Mapping[str, Iterable[Answer]] | Chooser, key: str | None = None, port: int = 0
    ) -> None:
        """Take the answers by role or a function that chooses them, and the only key that is right."""
        self.choose = answers if callable(answers) else in_turn(answers)
        self.key = key
        self.requests: list[Asked] = []
        self.lines: list[str] = []  # method and path of everything that was asked
        self.defects: list[BaseException] = []  # of the stub itself
        self.stopping = threading.Event()
        self.server = Server(("127.0.0.1", port), Handler)
        self.server.model = self
        self.thread = threading.Thread(target=self.server.serve_forever, args=(LOOK_SECONDS,))

    @property
    def port(self) -> int:
        return self.server.server_address[1]

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def roles(self) -> list[str]:
        """Who asked, in order."""
        return [asked.role for asked in self.requests]

    def __enter__(self) -> "StubModel":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        for defect in self.defects:
            raise defect

    def close(self) -> None:
        """Switch it off; doing it twice does no harm."""
        self.stopping.set()
        if self.thread.is_alive():
            self.server.shutdown()
            self.thread.join()
        self.server.server_close()


class Server(ThreadingHTTPServer):
    """One thread for each connection; all have ended when it is closed."""

    daemon_threads = False
    request_queue_size = 128
    model: StubModel

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep what is wrong with the stub; a caller who has gone is nothing wrong."""
        error = sys.exception()
        if error and not isinstance(error, ConnectionError):
            self.model.defects.append(error)


class Handler(BaseHTTPRequestHandler):
    """Answers one request and closes the connection."""

    protocol_version = "HTTP/1.1"
    server: Server

    @property
    def model(self) -> StubModel:
        return self.server.model

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 -- the name in the standard library
        """Stay silent."""

    def do_GET(self) -> None:
        self.model.lines.append(self.requestline.rpartition(" ")[0])
        if self.path != "/v1/models":
            self.send_status(Status(404, f"Unknown request URL: GET {self.path}"))
        elif refusal := self.wrong_key():
            self.send_status(refusal)
        else:
            self.send("application/json", encoded({"object": "list", "data": [{"id": "stub", "object": "model"}]}))

    def do_POST(self) -> None:
        self.model.lines.append(self.requestline.rpartition(" ")[0])
        text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/v1/chat/completions":
            self.send_status(Status(404, f"Unknown request URL: POST {self.path}"))
        elif refusal := self.wrong_key() or malformed(text):
            self.send_status(refusal)
        else:
            asked = Asked(json.loads(text), dict(self.headers))
            self.model.requests.append(asked)
            self.give(self.model.choose(asked), asked)

    def wrong_key(self) -> Status | None:
        scheme, _, key = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            return Status(401, "You didn't provide an API key.")
        if self.model.key and key != self.model.key:  # repeated in part, as OpenAI does
            return Status(401, f"Incorrect API key provided: {key[:3]}***{key[-4:]}.", error_code="invalid_api_key")
        return None

    def give(self, answer: Answer, asked: Asked) -> None:
        if isinstance(answer, Status):
            self.send_status(answer)
        elif isinstance(answer, Garbage):
            self.send("text/event-stream" if asked.body.get("stream") else "application/json", answer.body)
        else:
            self.complete(within(completion_of(answer), asked.most_tokens), asked)

    def complete(self, completion: Completion, asked: Asked) -> None:
        if completion.hang and not completion.hang.after_characters:
            self.hang(completion.hang)
        self.model.stopping.wait(completion.seconds_before)
        if completion.cut_off_after == 0:
            self.close_connection = True
            return
        if asked.body.get("stream") and completion.streams:
            self.stream(completion, asked)
        else:
            self.send_whole(completion, asked)

    def hang(self, hang: Hang) -> None:
        """Wait for the release, for the end of the test, or for a caller who gives up."""
        hang.callers.append(self.client_address[1])
        hang.begun.set()
        while not hang.released.is_set() and not self.model.stopping.is_set():
            readable, _, _ = select.select([self.connection], [], [], LOOK_SECONDS)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                hang.abandoned.set()
                raise ConnectionAbortedError

    def send_status(self, status: Status) -> None:
        error = {"message": status.message, "type": "stub_error", "param": None, "code": status.error_code}
        headers = {} if status.retry_after is None else {"Retry-After": f"{status.retry_after:g}"}
        self.send("application/json", encoded({"error": error}), status.code, headers)

    def send_whole(self, completion: Completion, asked: Asked) -> None:
        message = {"role": "assistant", "content": completion.content or None, "refusal": completion.refusal or None}
        if completion.tool:
            message["tool_calls"] = [tool_call(completion.tool)]
        choice = {"index": 0, "message": message, "finish_reason": completion.finish_reason}
        self.send(
            "application/json",
            encoded({**head(asked, "chat.completion"), "choices": [choice], **usage(completion, asked)}),
            sent=completion.cut_off_after,
        )

    def send(
        self,
        kind: str,
        body: bytes,
        code: int = 200,
        headers: Mapping[str, str] | None = None,
        sent: int | None = None,
    ) -> None:
        """Send a body; only a part of it where the connection is to be cut."""
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:sent])

    def stream(self, completion: Completion, asked: Asked) -> None:
        """Send the pieces as server-sent events, and the last chunk unless the connection is to be cut."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")
        self.end_headers()
        told = 0
        for delta in deltas(completion):
            told += len(delta.get("content") or "")
            self.model.stopping.wait(completion.seconds_between)
            self.send_delta(asked, delta)
            if completion.cut_off_after is not None and told >= completion.cut_off_after:
                return
            if completion.hang and completion.hang.after_characters <= told and not completion.hang.begun.is_set():
                self.hang(completion.hang)
        self.send_delta(asked, {}, completion.finish_reason)
        if (asked.body.get("stream_options") or {}).get("include_usage") and completion.tells_usage:
            self.send_chunk({**head(asked, "chat.completion.chunk"), "choices": [], **usage(completion, asked)})
        self.send_chunk("[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def send_delta(self, asked: Asked, delta: Mapping[str, Any], finish_reason: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        self.send_chunk({**head(asked, "chat.completion.chunk"), "choices": [choice]})

    def send_chunk(self, data: object) -> None:
        line = b"data: " + (data.encode() if isinstance(data, str) else encoded(data)) + b"\n\n"
        self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")


def malformed(text: bytes) -> Status | None:
    try:
        Asked(json.loads(text)).check()
    except (ValueError, Malformed) as error:
        return Status(400, str(error), error_code="invalid_request_error")
    return None


def within(completion: Completion, most_tokens: int) -> Completion:
    """Cut the answer where the caller allows no more tokens, as a real server does."""
    if tokens(completion.content) <= most_tokens:
        return completion
    content = completion.content[: most_tokens * CHARACTERS_PER_TOKEN]
    return replace(completion, content=content, finish_reason="length")


def deltas(completion: Completion) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant", "content": ""}
    for name in ("reasoning", "content", "refusal"):
        text = getattr(completion, name)
        size = max(PIECE, len(text) // MOST_PIECES)
        key = "reasoning_content" if name == "reasoning" else name
        yield from ({key: text[start : start + size]} for start in range(0, len(text), size))
    if completion.tool:
        yield {"tool_calls": [{"index": 0, **tool_call(completion.tool)}]}


def tool_call(name: str) -> dict[str, Any]:
    return {"id": "call_1", "type": "function", "function": {"name": name, "arguments": "{}"}}


def head(asked: Asked, kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-stub", "object": kind, "created": int(time.time()), "model": asked.body["model"]}


def usage(completion: Completion, asked: Asked) -> dict[str, Any]:
    if not completion.tells_usage:
        return {}
    said = completion.tokens or tokens(completion.content + completion.reasoning + completion.refusal)
    counts = {"prompt_tokens": asked.prompt_tokens, "completion_tokens": said}
    return {"usage": {**counts, "total_tokens": sum(counts.values())}}


def encoded(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=True).encode()
