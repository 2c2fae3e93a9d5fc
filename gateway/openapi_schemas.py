"""JSON schemas of protobuf messages, as the transcoder reads and prints them."""

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

Schema = dict[str, Any]

NAMED = ("message_type", "nested_type", "enum_type", "service", "field", "value", "method")

WELL_KNOWN: dict[str, Schema] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Struct": {"type": "object", "additionalProperties": True},
    "google.protobuf.ListValue": {"type": "array", "items": {"type": "object", "additionalProperties": True}},
}

SCALARS: dict[int, Schema] = {
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_BYTES: {"type": "string", "format": "byte", "contentEncoding": "base64"},
    FieldDescriptor.TYPE_DOUBLE: {"type": "number", "format": "double"},
    FieldDescriptor.TYPE_INT32: {"type": "integer", "format": "int32"},
    FieldDescriptor.TYPE_INT64: {"type": "string", "format": "int64"},  # JSON numbers cannot hold them all
    FieldDescriptor.TYPE_STRING: {"type": "string"},
}


class Schemas:
    """Schemas by reference: what is asked for, and what that refers to, gathers in `components`."""

    def __init__(self, comments: dict[str, str]) -> None:
        self.comments = comments
        self.components: dict[str, Schema] = {}

    def of_message(self, message: Descriptor) -> Schema:
        """Return the schema of a message."""
        if message.full_name in WELL_KNOWN:
            return dict(WELL_KNOWN[message.full_name])
        if message.name not in self.components:
            self.components[message.name] = {}  # so that a message can hold itself
            self.components[message.name] = self._object(message)
        return {"$ref": f"#/components/schemas/{message.name}"}

    def of_field(self, field: FieldDescriptor) -> Schema:
        """Return the schema of a field, with its comment."""
        return self._value(field) | {"description": self.comments[field.full_name]}

    def _object(self, message: Descriptor) -> Schema:
        found: Schema = {"type": "object", "description": self.comments[message.full_name]}
        found["properties"] = {field.name: self.of_field(field) for field in message.fields}
        always = [field.name for field in message.fields if not field.has_presence and not field.is_repeated]
        return found | ({"required": always} if always else {})

    def _value(self, field: FieldDescriptor) -> Schema:
        if field.message_type and field.message_type.GetOptions().map_entry:
            return {"type": "object", "additionalProperties": self._single(field.message_type.fields_by_name["value"])}
        if field.is_repeated:
            return {"type": "array", "items": self._single(field)}
        return self._single(field)

    def _single(self, field: FieldDescriptor) -> Schema:
        if field.message_type:
            return self.of_message(field.message_type)
        if field.enum_type:
            return self._enum(field.enum_type)
        return dict(SCALARS[field.type])

    def _enum(self, enum: EnumDescriptor) -> Schema:
        values = [f"- `{value.name}`: {self.comments[f'{enum.full_name}.{value.name}']}" for value in enum.values]
        self.components[enum.name] = {
            "type": "string",
            "description": "\n".join([self.comments[enum.full_name], "", *values]),
            "enum": [value.name for value in enum.values],
        }
        return {"$ref": f"#/components/schemas/{enum.name}"}


def read_comments(files: FileDescriptorSet) -> dict[str, str]:
    """Return the comments by full name; that of an enum's value begins with the enum's."""
    return {name: text for file in files.file for name, text in comments_of(file)}


def comments_of(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    """Yield each commented name of a file with its comment."""
    for location in file.source_code_info.location:
        if location.leading_comments and (name := full_name(file, location.path)):
            lines = (line.strip() for line in location.leading_comments.splitlines())
            yield name, "\n".join(lines).strip()


def full_name(file: FileDescriptorProto, path: Any) -> str | None:
    """Return what a path of field numbers and indexes leads to; None when that has no name."""
    node: Any = file
    names = [file.package]
    for number, index in zip(path[::2], path[1::2], strict=False):
        field = node.DESCRIPTOR.fields_by_number.get(number)
        if field is None or field.name not in NAMED:
            return None
        node = getattr(node, field.name)[index]
        names.append(node.name)
    return ".".join(names)
