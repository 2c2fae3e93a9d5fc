"""What a request must look like before a handler sees it: one rule for each field name, whatever the message.

A field is required unless the contract marks it `optional`. Where a field stands in a REST call follows from the
contract's `google.api.http` annotations.
"""

from collections.abc import Callable, Iterator
from typing import Any

from google.api import annotations_pb2
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message

from csvconverter.v1 import services_pb2
from csvconverter.v1.errors_pb2 import ERROR_REASON_FIELD_INVALID, ERROR_REASON_FILE_TOO_LARGE, FieldError
from csvconverter.v1.jobs_pb2 import JobStatus
from server.errors import Refusal, invalid
from server.keys import IDENTIFIER

Problem = tuple[str, str]
"""The kind of a mistake and what to say about it."""
Rule = Callable[[Any], Problem | None]
"""Looks at one field's value, which is never repeated in what is said about it."""

INSTRUCTION_BYTES = 1 << 20  # a job carries them in every answer, and clients accept 4 MiB a message

METHODS: dict[str, MethodDescriptor] = {
    method.input_type.name: method for method in services_pb2.DESCRIPTOR.services_by_name["ConversionService"].methods
}


def identifier(value: str) -> Problem | None:
    """Demand an id that is safe in paths."""
    if IDENTIFIER.fullmatch(value):
        return None
    return "string_pattern_mismatch", "wanted 1 to 128 letters, digits, dots, underscores or hyphens, no sign first"


def text(characters: int) -> Rule:
    """Demand a text of at most so many characters."""

    def rule(value: str) -> Problem | None:
        if len(value) <= characters:
            return None
        return "string_too_long", f"found {len(value)} characters; at most {characters} are accepted"

    return rule


def number(least: int, most: int) -> Rule:
    """Demand a number within bounds."""

    def rule(value: int) -> Problem | None:
        return None if least <= value <= most else ("value_error", f"wanted a number from {least} to {most}")

    return rule


def instructions(value: dict[str, str]) -> Problem | None:
    """Demand a moderate number of columns and texts of moderate length."""
    if len(value) > 5000:
        return "too_long", f"found {len(value)} columns; at most 5000 are accepted"
    size = sum(len(text.encode()) for entry in value.items() for text in entry)
    if size > INSTRUCTION_BYTES:
        return "too_long", f"found {size} bytes of instructions; at most {INSTRUCTION_BYTES} are accepted in all"
    if any(len(column) > 1000 or len(instruction) > 10_000 for column, instruction in value.items()):
        return "string_too_long", "a column's name may have 1000 characters and its instruction 10000"
    return None


def job_status(value: int) -> Problem | None:
    """Demand a status that exists."""
    return None if value in JobStatus.values() else ("enum", "there is no such status")


RULES: dict[str, Rule] = {
    "user_id": identifier,
    "client_id": identifier,
    "job_id": identifier,
    "request_id": identifier,
    "name": identifier,
    "job_title": text(200),
    "owner": text(200),
    "description": text(10_000),
    "general_instructions": text(20_000),
    "column_instructions": instructions,
    "page_size": number(0, 1000),
    "page_token": text(1000),
    "status": job_status,
    "after_sequence": number(0, 2**31 - 1),
}
REQUIRED = {
    *("user_id", "client_id", "job_id", "name", "job_title", "owner"),
    *("input_file", "expected_output_file"),
}


def validate(request: Message, max_upload_bytes: int) -> None:
    """Check a whole request.

    Raises:
        Refusal: FIELD_INVALID naming every field that is wrong, or FILE_TOO_LARGE.
    """
    if problems := list(field_errors(request)):
        raise invalid(ERROR_REASON_FIELD_INVALID, *problems)
    for field, value in request.ListFields():
        if field.type == FieldDescriptor.TYPE_BYTES and len(value) > max_upload_bytes:
            raise too_large(field.name, len(value), max_upload_bytes)


def field_errors(request: Message) -> Iterator[FieldError]:
    """Yield what is wrong with each field."""
    for field in request.DESCRIPTOR.fields:
        value = getattr(request, field.name)
        problem = None
        if value:
            problem = RULES[field.name](value) if field.name in RULES else None
        elif field.name in REQUIRED and not field.has_presence:
            problem = "missing", "this field is required"
        if problem:
            kind, message = problem
            yield FieldError(loc=location(request, field.name), msg=message, type=kind)


def too_large(field: str, found: int, limit: int) -> Refusal:
    """Return the refusal of a file that is larger than the server accepts in one message."""
    return Refusal(
        ERROR_REASON_FILE_TOO_LARGE,
        f"{field}: the file has {found} bytes and at most {limit} are accepted here; "
        "Convert takes larger files, and CSV_CONVERTER_MAX_UPLOAD_BYTES raises the limit",
        limit_bytes=str(limit),
    )


def location(request: Message, field: str) -> list[str]:
    """Return the way to a field as a REST caller wrote it."""
    http = METHODS[request.DESCRIPTOR.name].GetOptions().Extensions[annotations_pb2.http]
    path = getattr(http, http.WhichOneof("pattern") or "get")
    if f"{{{field}}}" in path:
        return ["path", field]
    if http.body == field:
        return ["body"]
    return ["body" if http.body == "*" or not path else "query", field]
