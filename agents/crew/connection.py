"""One request to the model server: what CrewAI calls its language model.

CrewAI has a client of its own. It asks a busy server three times and tells nobody, goes to other addresses than the one
that is set, says nothing of refusals, and logs what the server said. A job needs it otherwise, so this is what CrewAI
documents for such cases: a `BaseLLM` of our own.
"""

import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import httpx

from agents.crew import quiet  # noqa: F401  # isort: skip
from crewai import Agent, BaseLLM
from crewai.lite_agent_output import LiteAgentOutput
from crewai_core.printer import set_suppress_console_output
from openai import APIResponse, DefaultHttpxClient, OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from agents.crew.answers import MOST_CHARACTERS, TypedAnswer, plain
from agents.crew.bounds import Bounds, Deadline, measure
from agents.crew.failures import failure_of
from agents.crew.protocol import Abilities, Listener, Reply, merged, response_format
from agents.crew.roles import Role
from agents.crew.settings import ModelSettings

CONNECT_SECONDS = 5.0
CHARACTERS_PER_TOKEN = 12  # more than any real one has: an answer with more than these is not going to end


@dataclass(frozen=True)
class Question:
    """What is asked of whom, and in which form it is to be answered."""

    role: Role
    messages: list[dict[str, str]]
    form: type[TypedAnswer]


@cache
def certificates() -> ssl.SSLContext:
    """Return the authorities that are trusted, also those that the environment names; reading them takes a while."""
    return httpx.create_ssl_context()


class Connection(BaseLLM):
    """A language model, as CrewAI asks it: once."""

    settings: ModelSettings
    abilities: Abilities
    question: Question
    bounds: Bounds
    listen: Listener

    def call(self, messages: str | list[Any], *_: Any, **__: Any) -> Reply:
        """Send the messages and return what comes of them."""
        reply = Reply()
        try:
            with Deadline(self.bounds.seconds) as deadline, self.client(deadline) as client:
                completions = client.chat.completions.with_streaming_response
                with completions.create(**self.body(cast(list[Any], messages))) as response:
                    self.receive(response, reply)
        except MemoryError:
            raise
        except Exception as error:  # hostile servers make the client library raise anything
            reply.failure = failure_of(error, self.settings.api_key)
        reply.text = plain(reply.text)
        return reply

    def client(self, deadline: Deadline) -> OpenAI:
        """Return a client for one request, which asks once and nobody else than it is told to."""
        seconds_of_silence = min(self.settings.seconds_per_request, self.bounds.seconds)
        return OpenAI(
            api_key=self.settings.api_key,
            base_url=self.settings.base_url or None,
            timeout=httpx.Timeout(seconds_of_silence, connect=CONNECT_SECONDS),
            max_retries=0,
            default_headers={"Accept-Encoding": "identity"},
            http_client=DefaultHttpxClient(
                verify=certificates(),
                follow_redirects=False,
                event_hooks={"request": [deadline.watch], "response": [measure]},
            ),
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
            body = cast(dict[str, Any], response.json())
            if not body["choices"]:
                raise ValueError("a completion without a choice")
            reply.take(ChatCompletion.construct(**body), self.listen)

    def follow(self, chunks: Iterable[ChatCompletionChunk], reply: Reply) -> None:
        """Take the answer piece by piece; one without end is cut off."""
        for chunk in chunks:
            reply.take(chunk, self.listen)
            if len(reply.text) + len(reply.thoughts) > self.most_characters:
                reply.cut_off = True
                return

    @property
    def most_characters(self) -> int:
        """How long an answer may be, whatever the server thinks of the limit that it was sent."""
        return min(MOST_CHARACTERS, CHARACTERS_PER_TOKEN * self.bounds.tokens)


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
