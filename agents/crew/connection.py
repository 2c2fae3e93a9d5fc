"""One request to the model server: what CrewAI calls its language model, and all that is known of OpenAI's protocol.

CrewAI has a client of its own. It asks a busy server three times and tells nobody, goes to other addresses than the one
that is set, says nothing of refusals, and logs what the server said. A job needs it otherwise, so this is what CrewAI
documents for such cases: a `BaseLLM` of our own.
"""

import re
import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any, cast

import httpx

from agents.crew import quiet  # noqa: F401  # isort: skip
from crewai import Agent, BaseLLM
from crewai.lite_agent_output import LiteAgentOutput
from crewai_core.printer import set_suppress_console_output
from openai import APIResponse, DefaultHttpxClient, OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import BaseModel

from agents.crew.answers import MOST_CHARACTERS, TypedAnswer, plain
from agents.crew.failures import Failure, failure_of
from agents.crew.roles import Role
from agents.crew.settings import ModelSettings

CONNECT_SECONDS = 5.0
CHARACTERS_PER_TOKEN = 12  # more than any real one has: an answer with more than these is not going to end
ROOM = re.compile(r"max_tokens|completion|output")
"""Said of a context that the room for the answer, and not the question alone, is too large for."""


@dataclass
class Abilities:
    """What the model server knows, as far as it has turned out."""

    streams: bool = True
    tells_usage: bool = True  # of streams
    knows_schemas: bool = True
    limits: list[str] = field(
        default_factory=lambda: ["max_tokens", "max_completion_tokens"]
    )  # by name, the next first

    def learn(self, complaint: str) -> bool:
        """Do without what a server complains of; return whether there is anything to do without."""
        if self.limits and "context" in complaint and ROOM.search(complaint):
            self.limits.clear()
        elif self.limits and self.limits[0] in complaint:
            self.limits.pop(0)
        elif self.tells_usage and ("stream_options" in complaint or "include_usage" in complaint):
            self.tells_usage = False
        elif self.knows_schemas and any(word in complaint for word in ("response_format", "schema", "grammar")):
            self.knows_schemas = False
        elif self.streams and "stream" in complaint:
            self.streams = False
        else:
            return False
        return True


@dataclass(frozen=True)
class Question:
    """What is asked of whom, and in which form it is to be answered."""

    role: Role
    messages: list[dict[str, str]]
    form: type[TypedAnswer]


@dataclass(frozen=True)
class Bounds:
    """How long an answer may be and take."""

    tokens: int
    seconds: float


class Reply(BaseModel):
    """What came of a request; a failure is no exception here, since CrewAI would tell it to everyone."""

    text: str = ""
    begun: bool = False  # there was an answer, if only an empty one
    refused: bool = False  # by the model, or by a filter before it
    called_tool: bool = False
    cut_off: bool = False  # it would have gone on
    prompt_tokens: int = 0  # as the server tells; 0 when it does not
    completion_tokens: int = 0
    failure: Failure | None = None

    def take(self, completion: ChatCompletion | ChatCompletionChunk, listen: Callable[[str], None]) -> None:
        """Add a whole answer, or a piece of one; servers leave things out that the client library takes for sure."""
        if usage := completion.usage:
            self.prompt_tokens = count(getattr(usage, "prompt_tokens", 0))
            self.completion_tokens = count(getattr(usage, "completion_tokens", 0))
        for choice in (completion.choices or [])[:1]:
            self.begun = True
            reason = getattr(choice, "finish_reason", None)
            self.cut_off |= reason == "length"
            self.refused |= reason == "content_filter"
            if said := getattr(choice, "message", None) or getattr(choice, "delta", None):
                self.text += said.content or ""
                self.refused |= bool(said.refusal)
                self.called_tool |= bool(said.tool_calls)
                listen(said.content or "")


@cache
def certificates() -> ssl.SSLContext:
    """Return the authorities that are trusted, also those that the environment names; reading them takes a while."""
    return httpx.create_ssl_context()


def count(told: object) -> int:
    """Return a number of tokens that a server tells, 0 for what is none."""
    return max(0, told) if isinstance(told, int) else 0


class Connection(BaseLLM):
    """A language model, as CrewAI asks it: once."""

    settings: ModelSettings
    abilities: Abilities
    question: Question
    bounds: Bounds
    listen: Callable[[str], None]  # called with each piece of the answer

    def call(self, messages: str | list[Any], *_: Any, **__: Any) -> Reply:
        """Send the messages and return what comes of them."""
        reply = Reply()
        try:
            with self.client() as client:
                completions = client.chat.completions.with_streaming_response
                with completions.create(**self.body(cast(list[Any], messages))) as response:
                    self.receive(response, reply)
        except MemoryError:
            raise
        except Exception as error:  # hostile servers make the client library raise anything
            reply.failure = failure_of(error, self.settings.api_key)
        reply.text = plain(reply.text)
        return reply

    def client(self) -> OpenAI:
        """Return a client for one request, which asks once."""
        seconds_of_silence = min(self.settings.seconds_per_request, self.bounds.seconds)
        return OpenAI(
            api_key=self.settings.api_key,
            base_url=self.settings.base_url or None,
            timeout=httpx.Timeout(seconds_of_silence, connect=CONNECT_SECONDS),
            max_retries=0,
            http_client=DefaultHttpxClient(verify=certificates()),
        )

    def body(self, messages: list[Any]) -> dict[str, Any]:
        """Return the request."""
        body: dict[str, Any] = {"model": self.settings.name, "messages": merged(messages)}
        if self.abilities.limits:
            body[self.abilities.limits[0]] = self.bounds.tokens
        if self.abilities.knows_schemas:
            body["response_format"] = response_format(self.question.form)
        if self.abilities.streams:
            body["stream"] = True
            if self.abilities.tells_usage:
                body["stream_options"] = {"include_usage": True}
        return body

    def receive(self, response: APIResponse[Any], reply: Reply) -> None:
        """Take the answer, which some servers send at once also where it was to be streamed."""
        if self.abilities.streams and "json" not in response.headers.get("content-type", ""):
            self.follow(response.parse(), reply)
        else:
            reply.take(ChatCompletion.construct(**cast(dict[str, Any], response.json())), self.listen)

    def follow(self, chunks: Iterable[ChatCompletionChunk], reply: Reply) -> None:
        """Take the answer piece by piece; one without end is cut off."""
        end = time.monotonic() + self.bounds.seconds
        for chunk in chunks:
            reply.take(chunk, self.listen)
            if time.monotonic() > end or len(reply.text) > self.most_characters:
                reply.cut_off = True
                return

    @property
    def most_characters(self) -> int:
        """How long an answer may be, whatever the server thinks of the limit that it was sent."""
        return min(MOST_CHARACTERS, CHARACTERS_PER_TOKEN * self.bounds.tokens)


def merged(messages: Iterable[Any]) -> list[dict[str, str]]:
    """Return CrewAI's messages with those of one speaker as one: many models want the speakers to take turns."""
    by_speaker = groupby(messages, key=lambda message: message["role"])
    return [
        {"role": role, "content": "\n\n".join(message["content"].strip() for message in said)}
        for role, said in by_speaker
    ]


def response_format(form: type[TypedAnswer]) -> dict[str, Any]:
    """Return the parameter that makes a server answer in a form."""
    schema = {"name": form.__name__, "strict": True, "schema": form.model_json_schema()}
    return {"type": "json_schema", "json_schema": schema}


def make_agent(connection: Connection) -> Agent:
    """Return an agent for one question: CrewAI counts some things in agents for ever."""
    role = connection.question.role
    return Agent(
        role=role.name,
        goal=role.goal,
        backstory=role.backstory,
        llm=connection,
        respect_context_window=False,
        max_iter=1,
        max_retry_limit=0,
    )


def send(connection: Connection) -> Reply:
    """Have a CrewAI agent ask the question."""
    set_suppress_console_output(True)
    agent = make_agent(connection)
    # The last message is formatted, the others are sent as they are: cells may hold what CrewAI takes for placeholders.
    output = cast(LiteAgentOutput, agent.kickoff(cast(list[Any], connection.question.messages)))
    return cast(Reply, output.pydantic)
