"""What the stub model can be told to answer: a dict is sent as JSON, a str as it is, and anything else is a fault."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Completion:
    """An answer as it goes over the wire."""

    content: str = ""
    reasoning: str = ""  # what a thinking model says before
    refusal: str = ""
    tool: str = ""  # a function that it wants called instead
    finish_reason: str = "stop"
    seconds_before: float = 0.0  # the first byte
    seconds_between: float = 0.0  # two pieces
    streams: bool = True  # False: answers in one piece whatever was asked
    tells_usage: bool = True
    tokens: int | None = None  # that it says it took, in place of a plausible count
    cut_off_after: int | None = None  # so many characters; then the connection is closed
    hang: "Hang | None" = None


@dataclass(frozen=True)
class Status:
    """An HTTP error in the form of OpenAI's."""

    code: int
    message: str = "stub error"
    retry_after: float | None = None  # seconds
    error_code: str | None = None  # such as "insufficient_quota"


OUT_OF_QUOTA = Status(429, "You exceeded your current quota.", error_code="insufficient_quota")
NO_SCHEMA = Status(400, "'response_format' of type 'json_schema' is not supported with this model.")
CONTEXT_TOO_LONG = Status(400, "This model's maximum context length is 8192 tokens.", None, "context_length_exceeded")


@dataclass(frozen=True)
class Garbage:
    """Bytes in place of a body."""

    body: bytes = b"\x00\xff\xfe\x80 garbage \r\n\r\n"


class Fault:
    """A completion that comes otherwise than it should."""

    def completion(self) -> Completion:
        """Return it as it goes over the wire."""
        raise NotImplementedError


Answer = Mapping[str, Any] | str | Status | Garbage | Fault


@dataclass(frozen=True)
class Slow(Fault):
    """Begins late."""

    seconds: float
    answer: Answer = ""

    def completion(self) -> Completion:
        return replace(completion_of(self.answer), seconds_before=self.seconds)


@dataclass(frozen=True)
class Dripping(Fault):
    """Pauses before each piece."""

    seconds: float
    answer: Answer = ""

    def completion(self) -> Completion:
        return replace(completion_of(self.answer), seconds_between=self.seconds)


@dataclass(frozen=True)
class CutOff(Fault):
    """Closes the connection after so many characters; after 0 of them nothing at all was sent."""

    after_characters: int
    answer: Answer = "x" * 10_000

    def completion(self) -> Completion:
        return replace(completion_of(self.answer), cut_off_after=self.after_characters)


@dataclass(frozen=True)
class OutOfLength(Fault):
    """Ends in the middle since the model may say no more."""

    answer: Answer = '{"script": "import pan'

    def completion(self) -> Completion:
        return replace(completion_of(self.answer), finish_reason="length")


@dataclass(frozen=True)
class Refusal(Fault):
    """Says no."""

    text: str = "I'm sorry, I can't assist with that request."

    def completion(self) -> Completion:
        return Completion(refusal=self.text)


@dataclass(frozen=True)
class Filtered(Fault):
    """Was stopped by a filter."""

    def completion(self) -> Completion:
        return Completion(finish_reason="content_filter")


@dataclass(frozen=True)
class ToolCall(Fault):
    """Wants a function called that nobody offered."""

    name: str = "run_python"

    def completion(self) -> Completion:
        return Completion(tool=self.name, finish_reason="tool_calls")


@dataclass(frozen=True)
class Empty(Fault):
    """Says nothing."""

    def completion(self) -> Completion:
        return Completion()


@dataclass(frozen=True)
class Thinking(Fault):
    """Thinks aloud first."""

    thoughts: str
    answer: Answer = ""

    def completion(self) -> Completion:
        return replace(completion_of(self.answer), reasoning=self.thoughts)


@dataclass(frozen=True)
class InOnePiece(Fault):
    """Does not stream, also when asked to."""

    answer: Answer = ""

    def completion(self) -> Completion:
        return replace(completion_of(self.answer), streams=False)


@dataclass(frozen=True)
class NoUsage(Fault):
    """Does not tell how many tokens it took."""

    answer: Answer = ""

    def completion(self) -> Completion:
        return replace(completion_of(self.answer), tells_usage=False)


@dataclass(frozen=True)
class Costly(Fault):
    """Says that the answer took so many tokens."""

    tokens: int
    answer: Answer = ""

    def completion(self) -> Completion:
        return replace(completion_of(self.answer), tokens=self.tokens)


@dataclass(frozen=True, eq=False)
class Hang(Fault):
    """Says nothing more after so many characters until it is released."""

    answer: Answer = ""
    after_characters: int = 0  # with 0 not even the status line is sent
    callers: list[int] = field(default_factory=list)  # their ports
    begun: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    abandoned: threading.Event = field(default_factory=threading.Event)  # the caller has closed the connection

    def completion(self) -> Completion:
        return replace(completion_of(self.answer), hang=self)


def completion_of(answer: Answer) -> Completion:
    """Return what goes over the wire for anything that is a completion."""
    if isinstance(answer, Fault):
        return answer.completion()
    if isinstance(answer, str):
        return Completion(answer)
    assert isinstance(answer, Mapping), f"{answer!r} is no completion"
    return Completion(json.dumps(answer, ensure_ascii=False))
