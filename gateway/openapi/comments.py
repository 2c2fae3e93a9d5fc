"""The comments of the protos, by the full names of what they stand at."""

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

NAMED = ("message_type", "nested_type", "enum_type", "service", "field", "value", "method")


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
