"""A request to the stub model, judged as a strict real server would judge it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

ROLES = {"transformation_steps": "planner", "script": "coder", "suggestions": "tester"}
"""Who asks, by a property of the answer that is wanted."""

KNOWN = {
    "model",
    "messages",
    "stream",
    "stream_options",
    "response_format",
    "temperature",
    "top_p",
    "n",
    "stop",
    "seed",
    "user",
    "tools",
    "tool_choice",
    "max_tokens",
    "max_completion_tokens",
    "presence_penalty",
    "frequency_penalty",
    "logprobs",
    "top_logprobs",
    "logit_bias",
    "parallel_tool_calls",
    "reasoning_effort",
    "metadata",
    "store",
    "service_tier",
}
SPEAKERS = {"system", "developer", "user", "assistant", "tool"}
CHARACTERS_PER_TOKEN = 4


class Malformed(Exception):
    """A strict server answers 400 to this; the message says why."""


@dataclass(frozen=True)
class Asked:
    """One request for a chat completion."""

    body: dict[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def prompt(self) -> str:
        """The texts of all messages."""
        return "\n".join(text for message in self.body["messages"] for text in texts(message))

    @property
    def schema(self) -> dict[str, Any] | None:
        """The schema of the answer that is wanted; None when it may be anything."""
        form = self.body.get("response_format") or {}
        return form["json_schema"]["schema"] if form.get("type") == "json_schema" else None

    @property
    def role(self) -> str:
        """Who asks: told by the schema, or without one by the answer that the end of the prompt wants."""
        if self.schema:
            wanted = [name for name in ROLES if name in self.schema.get("properties", {})]
        else:
            wanted = sorted(ROLES, key=lambda name: self.prompt.rfind(f'"{name}"'))
        return ROLES[wanted[-1]] if wanted else "?"

    @property
    def prompt_tokens(self) -> int:
        """A plausible count of what was sent."""
        return 4 * len(self.body["messages"]) + tokens(self.prompt) + tokens(str(self.schema or ""))

    @property
    def most_tokens(self) -> int:
        """How many tokens the answer may have."""
        limit = self.body.get("max_completion_tokens") or self.body.get("max_tokens")
        return limit or 1_000_000_000

    def check(self) -> None:
        """Raise Malformed when a strict server would not take it."""
        for complaint in complaints(self.body):
            raise Malformed(complaint)


def tokens(text: str) -> int:
    return -(-len(text) // CHARACTERS_PER_TOKEN)


def texts(message: dict[str, Any]) -> list[str]:
    content = message.get("content") or ""
    return [content] if isinstance(content, str) else [part.get("text", "") for part in content]


def complaints(body: Any) -> Iterator[str]:
    if not isinstance(body, dict):
        yield "We could not parse the JSON body of your request."
        return
    yield from (f"Unrecognized request argument supplied: {name}" for name in sorted(set(body) - KNOWN))
    if not isinstance(body.get("model"), str) or not body["model"]:
        yield "you must provide a model parameter"
    yield from wrong_messages(body.get("messages"))
    yield from wrong_limits(body)
    if form := body.get("response_format"):
        yield from wrong_format(form)


def wrong_messages(messages: Any) -> Iterator[str]:
    if not isinstance(messages, list) or not messages:
        yield "[] is too short - 'messages'"
        return
    for place, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in SPEAKERS:
            yield f"Invalid value: 'messages[{place}].role'"
        elif not isinstance(message.get("content"), str | list):
            yield f"Invalid type for 'messages[{place}].content'"


def wrong_limits(body: dict[str, Any]) -> Iterator[str]:
    limits = [name for name in ("max_tokens", "max_completion_tokens") if name in body]
    if len(limits) == 2:
        yield "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
    for name in limits:
        if not isinstance(body[name], int) or body[name] < 1:
            yield f"Invalid '{name}': integer below minimum value."
    if "stream_options" in body and not body.get("stream"):
        yield "The 'stream_options' parameter is only allowed when 'stream' is enabled."


def wrong_format(form: Any) -> Iterator[str]:
    if form.get("type") != "json_schema":
        yield "Invalid value: 'response_format.type': the answers here are typed"
        return
    named = form.get("json_schema") or {}
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", named.get("name", "")):
        yield "Invalid 'response_format.json_schema.name'"
    if named.get("strict") is not True:
        yield "Invalid 'response_format.json_schema.strict': the schema is not enforced without it"
    yield from wrong_schema(named.get("schema"))


def wrong_schema(schema: Any) -> Iterator[str]:
    """Yield what OpenAI's strict mode does not allow, in this schema and all below it."""
    if isinstance(schema, list):
        for part in schema:
            yield from wrong_schema(part)
    if not isinstance(schema, dict):
        return
    if "default" in schema:
        yield "Invalid schema for response_format: 'default' is not permitted."
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            yield "Invalid schema for response_format: 'additionalProperties' is required to be false."
        if set(schema.get("required", ())) != set(schema.get("properties", ())):
            yield "Invalid schema for response_format: 'required' is required to include every key in properties."
        for part in schema.get("properties", {}).values():
            yield from wrong_schema(part)
    for name in ("items", "anyOf"):
        yield from wrong_schema(schema.get(name))
    for part in schema.get("$defs", {}).values():
        yield from wrong_schema(part)
