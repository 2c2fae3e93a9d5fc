"""What OpenAI's protocol for chat completions holds of a question and its answer, and what servers leave out of it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import BaseModel

from agents.crew.answers import TypedAnswer
from agents.crew.failures import Failure

ROOM = re.compile(r"max_tokens|completion|output")
"""Said of a context that the room for the answer, and not the question alone, is too large for."""

MOST_TOKENS = 100_000_000
"""No request has more."""

Listener = Callable[[str], None]
"""Takes each piece of an answer when it comes."""


@dataclass
class Abilities:
    """What the model server knows, as far as it has turned out."""

    streams: bool = True
    tells_usage: bool = True  # of streams
    knows_schemas: bool = True
    limits: list[str] = field(default_factory=lambda: ["max_tokens", "max_completion_tokens"])  # the next to try first

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


class Reply(BaseModel):
    """What came of a request; a failure is no exception here, since CrewAI would tell it to everyone."""

    text: str = ""
    thoughts: str = ""  # what the model said to itself before, where the server tells
    begun: bool = False  # there was an answer, if only an empty one
    refused: bool = False  # by the model, or by a filter before it
    called_tool: bool = False
    cut_off: bool = False  # it would have gone on
    prompt_tokens: int = 0  # as the server tells; 0 when it does not
    completion_tokens: int = 0
    failure: Failure | None = None

    def take(self, completion: ChatCompletion | ChatCompletionChunk, listen: Listener) -> None:
        """Add a whole answer, or a piece of one; servers leave things out that the client library takes for sure."""
        if usage := completion.usage:
            self.prompt_tokens = count(getattr(usage, "prompt_tokens", 0))
            self.completion_tokens = count(getattr(usage, "completion_tokens", 0))
        for choice in (getattr(completion, "choices", None) or [])[:1]:
            self.begun = True
            reason = getattr(choice, "finish_reason", None)
            self.cut_off |= reason == "length"
            self.refused |= reason == "content_filter"
            if said := getattr(choice, "message", None) or getattr(choice, "delta", None):
                self.text += (text := written(said.content))
                self.thoughts += (thoughts := thought(said))
                self.refused |= bool(said.refusal)
                self.called_tool |= bool(said.tool_calls)
                listen(text or thoughts)


def written(content: str | list[dict[str, str]] | None) -> str:
    """Return what a model writes, which some servers send in parts, with its thoughts among them."""
    if isinstance(content, list):
        return "".join(part["text"] for part in content if part["type"] == "text")
    return content or ""


def thought(said: object) -> str:
    """Return what a model says to itself before it answers: the protocol has no place for it, and servers have two."""
    thoughts = (getattr(said, place, None) for place in ("reasoning_content", "reasoning"))
    return next((text for text in thoughts if isinstance(text, str)), "")


def count(told: object) -> int:
    """Return a number of tokens that a server tells, 0 for what can be none."""
    return told if isinstance(told, int) and 0 <= told <= MOST_TOKENS else 0


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
