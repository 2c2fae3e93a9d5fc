"""What the agents answer, as Pydantic models, and how an answer is read from text.

The schemas, which the model server is told, are strict. The reading is not: smaller models, and servers that know no
schemas, put prose and fences around their JSON, leave keys out and mistake strings for lists.
"""

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from agents.planner_agent import NothingLeft
from agents.wording import printable

MOST_CHARACTERS = 500_000  # of an answer
SCRIPT_CHARACTERS = 200_000
TEXT_CHARACTERS = 10_000  # of any other text
MOST_ENTRIES = 200  # of a list
MOST_OBJECTS = 10  # that are tried where one of them is the answer

THOUGHTS = "</think>"  # ends what some models say to themselves
# The patterns give nothing back (`*+`) and take a string without an end as one: hostile answers would take hours.
FENCED = re.compile(r"^[ \t]*+```[ \t]*+(\w*+)[^\n]*+\n(.*?)^[ \t]*+```", re.DOTALL | re.MULTILINE)
TRAILING_COMMA = re.compile(r",\s*[}\]]")
STRING_OR_TRAILING_COMMA = re.compile(r'("(?:[^"\\]++|\\.)*+(?:"|\\?\Z))|,(?=\s*[}\]])', re.DOTALL)
BEGIN = re.compile(r'\{\s*"|\[\s*["{]')  # of an object with a key, or of a list of texts or objects
JSON = json.JSONDecoder(strict=False)  # lets line ends in strings pass
ODD_BLANK = re.compile(r"[^\S\n\t]")  # such as those that do not break
PYTHON = {"", "py", "python", "python3"}

Answer = TypeVar("Answer", bound="TypedAnswer")


class UnreadableAnswer(NothingLeft):
    """The model's answer has not the form that was asked for, also when asked again; the message says what is wrong."""


def plain(text: str) -> str:
    """Return the text without what no message and no file can hold: NUL and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def as_text(value: object) -> str:
    """Return anything as text."""
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        value = ", ".join(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return plain(text[:TEXT_CHARACTERS])


def as_words(value: object) -> str:
    """Return anything as text for people: nothing in it steers a terminal or turns the order of words round."""
    return printable(ODD_BLANK.sub(" ", as_text(value)))[:TEXT_CHARACTERS]


def as_script(value: object) -> str:
    """Return the text of a script, which may come as a list of its lines and in a fence.

    Raises:
        ValueError: there is none, or it is too long.
    """
    text = "\n".join(map(str, value)) if isinstance(value, list) else value if isinstance(value, str) else ""
    fences = FENCED.findall(text) if text.lstrip().startswith("```") else []
    script = plain(fences[0][1] if len(fences) == 1 else text)
    if not script.strip():
        raise ValueError("the script is empty")
    if len(script) > SCRIPT_CHARACTERS:
        raise ValueError(f"the script is longer than {SCRIPT_CHARACTERS:,} characters")
    return script


def as_list(value: object) -> list[object]:
    """Return a list as it is, as far as it is not endless, and anything else as a list of one."""
    if value in (None, ""):
        return []
    return value[:MOST_ENTRIES] if isinstance(value, list) else [value]


Name = Annotated[str, BeforeValidator(as_text)]
Words = Annotated[str, BeforeValidator(as_words)]
Sentences = Annotated[list[Words], BeforeValidator(as_list)]


class TypedAnswer(BaseModel):
    """An answer of a form that the model is told: every key is wanted, and those that are missing are empty."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    @model_validator(mode="before")
    @classmethod
    def fill(cls, given: Any) -> Any:
        """Add the keys that are missing."""
        return dict.fromkeys(cls.model_fields) | given if isinstance(given, dict) else given


class StepAnswer(TypedAnswer):
    """One step of a plan."""

    action: Words
    column: Name
    source: Name
    target: Name
    details: Words
    transformation: Words

    @model_validator(mode="before")
    @classmethod
    def describe(cls, given: Any) -> Any:
        """Give a step without details all that it says as these, whatever it calls it: people read nothing else."""
        if not isinstance(given, dict):
            return {"details": given}
        if given.get("details"):
            return given
        said = {key: as_text(value) for key, value in given.items() if key != "step"}
        return given | {"details": ", ".join(f"{key}: {text}" for key, text in said.items() if text)}


class PlanAnswer(TypedAnswer):
    """The planner's answer."""

    transformation_steps: Annotated[list[StepAnswer], BeforeValidator(as_list)]
    data_quality_checks: Sentences
    expected_challenges: Sentences


class ScriptAnswer(TypedAnswer):
    """The coder's answer."""

    script: Annotated[str, BeforeValidator(as_script)]


class SuggestionAnswer(TypedAnswer):
    """The tester's answer: what might mend each error, in the order of the errors."""

    suggestions: Sentences


def read_answer(text: str, form: type[Answer]) -> Answer:
    """Return the answer that stands somewhere in the text.

    Raises:
        UnreadableAnswer: there is none.
    """
    said = text[:MOST_CHARACTERS].rpartition(THOUGHTS)[2].strip()
    if not said:
        raise UnreadableAnswer("it is empty")
    try:
        return form.model_validate(find(said, form))
    except ValidationError as error:
        raise UnreadableAnswer(error.errors()[0]["msg"].removeprefix("Value error, ")) from None
    except RecursionError:
        raise UnreadableAnswer("its JSON is nested too deeply") from None


def find(said: str, form: type[TypedAnswer]) -> dict[str, Any]:
    """Return the object that has most of the wanted keys, and the longest of several.

    Raises:
        UnreadableAnswer: there is none with any.
    """
    wanted = form.model_fields.keys()
    found = max(objects(said, form), key=lambda given: (len(given.keys() & wanted), len(str(given))), default={})
    if form is ScriptAnswer and not found.keys() & wanted:
        found = lone_script(said)
    if not found.keys() & wanted:
        raise UnreadableAnswer(f"it holds no JSON object with {' and '.join(map(repr, wanted))}")
    return found


def objects(said: str, form: type[TypedAnswer]) -> Iterator[dict[str, Any]]:
    """Yield what may be the answer: JSON objects, also within one that wraps them, and a list of what comes first."""
    for text in (said, *(inside for _, inside in FENCED.findall(said)[:MOST_OBJECTS])):
        for value in json_values(text):
            if isinstance(value, dict):
                yield value
                yield from (inner for inner in value.values() if isinstance(inner, dict))
            elif form is not ScriptAnswer:
                yield {next(iter(form.model_fields)): value}


def lone_script(said: str) -> dict[str, Any]:
    """Return the only block of Python as the answer that it is meant to be."""
    scripts = [inside for language, inside in FENCED.findall(said) if language.lower() in PYTHON]
    return {"script": scripts[0]} if len(scripts) == 1 else {}


def json_values(text: str) -> Iterator[dict[str, Any] | list[Any]]:
    """Yield the outermost JSON objects and lists of the text."""
    for _ in range(MOST_OBJECTS):
        if not (begin := BEGIN.search(text)):
            return
        text = text[begin.start() :]
        try:
            value, text = decode(text)
        except (ValueError, RecursionError):
            text = text[1:]
        else:
            yield value


def decode(text: str) -> tuple[Any, str]:
    """Return the JSON at the beginning of the text, where commas may trail, and what comes after it."""
    try:
        value, end = JSON.raw_decode(text)
    except ValueError:
        if not TRAILING_COMMA.search(text):
            raise
        text = STRING_OR_TRAILING_COMMA.sub(r"\1", text)
        value, end = JSON.raw_decode(text)
    return value, text[end:]
