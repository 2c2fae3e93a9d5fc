"""Keeps events, and so the jobs that they carry, within what every gRPC client accepts: 4 MiB unless told otherwise."""

from collections.abc import Iterator
from typing import Any

import structlog
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from csvconverter.v1.events_pb2 import JobEvent

MOST_BYTES = 3 << 20
KEPT_ELSEWHERE = ("program", "script")  # useless when cut, so they go first and whole
TEXT_CHARACTERS = 1000
LIST_ENTRIES = (10_000, 1_000, 100, 10)

log = structlog.get_logger(__name__)


def fit(event: JobEvent) -> None:
    """Take from an event that is too large its programs, then its scripts, then the ends of long texts and lists.

    What people wrote about their columns stays: the server bounds it when it accepts a job.
    """
    found = event.ByteSize()
    if found <= MOST_BYTES:
        return
    for name in KEPT_ELSEWHERE:
        if event.ByteSize() > MOST_BYTES:
            _clear(event, name)
    for entries in LIST_ENTRIES:
        if event.ByteSize() > MOST_BYTES:
            _shorten(event, entries)
    kind = event.WhichOneof("payload")
    log.warning("event shortened; plan.json, script.py and report.json are whole", payload=kind, found_bytes=found)


def _clear(event: JobEvent, name: str) -> None:
    for part in _parts(event):
        if name in part.DESCRIPTOR.fields_by_name:
            part.ClearField(name)


def _shorten(event: JobEvent, entries: int) -> None:
    for part in _parts(event):
        for field, value in part.ListFields():
            if field.is_repeated and not _is_map(field):
                del value[entries:]
            if field.type == FieldDescriptor.TYPE_STRING:
                _cut(part, field, value)


def _cut(part: Message, field: FieldDescriptor, value: Any) -> None:
    if field.is_repeated:
        value[:] = map(_short, value)
    else:
        setattr(part, field.name, _short(value))


def _short(text: str) -> str:
    return text if len(text) <= TEXT_CHARACTERS else text[: TEXT_CHARACTERS - 1] + "…"


def _parts(message: Message) -> Iterator[Message]:
    """Yield a message and all that it is made of."""
    yield message
    for field, value in message.ListFields():
        if field.type == FieldDescriptor.TYPE_MESSAGE and not _is_map(field):
            for part in value if field.is_repeated else [value]:
                yield from _parts(part)


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry
