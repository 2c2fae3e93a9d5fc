"""The rules that stand beside the fields of requests in the protos, as keywords of JSON schemas."""

from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

KEYWORDS = {
    "string": {"pattern": "pattern", "max_len": "maxLength"},
    "int32": {"gte": "minimum", "lte": "maximum"},
    "int64": {"gte": "minimum", "lte": "maximum"},
    "map": {"max_pairs": "maxProperties"},
}


class Rules:
    """Reads `buf.validate` rules, which the generated code carries as bytes that it cannot read itself."""

    def __init__(self, files: FileDescriptorSet) -> None:
        pool = DescriptorPool()
        for file in files.file:
            pool.Add(file)
        self._of_field = Extension(pool, "FieldOptions", "buf.validate.field")
        self._of_message = Extension(pool, "MessageOptions", "buf.validate.message")

    def is_required(self, field: FieldDescriptor) -> bool:
        """Tell whether a call without the field is refused."""
        return bool(self._of_field.at(field).required)

    def choices(self, message: Descriptor) -> list[list[str]]:
        """Return groups of fields of which one is required."""
        return [list(group.fields) for group in self._of_message.at(message).oneof if group.required]

    def keywords(self, field: FieldDescriptor) -> dict[str, Any]:
        """Return what limits a field; for a map also what limits its keys."""
        rules = self._of_field.at(field)
        found = keywords(rules)
        if names := keywords(rules.map.keys):
            found["propertyNames"] = names
        if rules.required and rules.WhichOneof("type") == "string" and "pattern" not in found:
            found["minLength"] = 1
        return found

    def keywords_of_values(self, field: FieldDescriptor) -> dict[str, Any]:
        """Return what limits the values of a map."""
        return keywords(self._of_field.at(field).map.values)


class Extension:
    """An extension of the options of fields or of messages."""

    def __init__(self, pool: DescriptorPool, options: str, name: str) -> None:
        self._options = GetMessageClass(pool.FindMessageTypeByName(f"google.protobuf.{options}"))
        self._extension = pool.FindExtensionByName(name)

    def at(self, described: FieldDescriptor | Descriptor) -> Any:
        """Return what stands at a field or a message."""
        options: Any = self._options.FromString(described.GetOptions().SerializeToString())
        return options.Extensions[self._extension]


def keywords(rules: Any) -> dict[str, Any]:
    """Return one value's rules as keywords."""
    kind = rules.WhichOneof("type")
    names = KEYWORDS.get(kind)
    if not names:
        return {}
    return {names[rule.name]: value for rule, value in getattr(rules, kind).ListFields() if rule.name in names}
