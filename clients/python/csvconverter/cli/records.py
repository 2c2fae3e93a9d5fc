"""Messages as JSON: snake_case names, enum values without their prefix, numbers as numbers."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp


def line(message: Message) -> str:
    """Return a message as one line of JSON."""
    return json.dumps(record(message))


def record(message: Message) -> Any:
    """Return a message as JSON values; fields that can be unset and are unset are left out."""
    if isinstance(message, Timestamp):
        return message.ToJsonString()
    return {
        field.name: value_of(message, field)  # type: ignore[arg-type]  # the stubs know two classes for one thing
        for field in message.DESCRIPTOR.fields
        if not field.has_presence or message.HasField(field.name)
    }


def value_of(message: Message, field: FieldDescriptor) -> Any:
    """Return one field's value, lists and maps included."""
    value = getattr(message, field.name)
    if field.message_type and field.message_type.GetOptions().map_entry:
        convert = converter(field.message_type.fields_by_name["value"])
        return {key: convert(item) for key, item in value.items()}
    convert = converter(field)
    return [convert(item) for item in value] if field.is_repeated else convert(value)


def converter(field: FieldDescriptor) -> Callable[[Any], Any]:
    """Return what turns a single value of a field into JSON."""
    if field.message_type:
        return record
    if enum := field.enum_type:
        return lambda number: short_name(enum, number)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return lambda content: base64.b64encode(content).decode()
    return lambda value: value


def short_name(enum: EnumDescriptor, number: int) -> str:
    """Return an enum value's name without the enum's own, such as "SUCCEEDED"; a newer server's values as numbers."""
    value = enum.values_by_number.get(number)
    prefix = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", enum.name).upper() + "_"
    return value.name.removeprefix(prefix) if value else str(number)
