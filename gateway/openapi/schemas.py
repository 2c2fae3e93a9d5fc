"""JSON schemas of protobuf messages: as the transcoder reads requests, and as it prints answers."""

from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor, EnumValueDescriptor, FieldDescriptor

from gateway.openapi.rules import Rules

Schema = dict[str, Any]

WELL_KNOWN: dict[str, Schema] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
}

SCALARS: dict[int, Schema] = {
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_BYTES: {"type": "string", "format": "byte", "contentEncoding": "base64"},
    FieldDescriptor.TYPE_DOUBLE: {"type": "number", "format": "double"},
    FieldDescriptor.TYPE_INT32: {"type": "integer", "format": "int32"},
    FieldDescriptor.TYPE_INT64: {"type": "integer", "format": "int64"},
    FieldDescriptor.TYPE_STRING: {"type": "string"},
}


class Schemas:
    """Schemas by reference: what is asked for, and what that refers to, gathers in `components`."""

    def __init__(self, comments: dict[str, str], components: dict[str, Schema]) -> None:
        self.comments = comments
        self.components = components

    def of_message(self, message: Descriptor) -> Schema:
        """Return the schema of a message."""
        if message.full_name in WELL_KNOWN:
            return dict(WELL_KNOWN[message.full_name])
        if message.name not in self.components:
            self.components[message.name] = {}  # so that a message can hold itself
            self.components[message.name] = self.object_of(message)
        return {"$ref": f"#/components/schemas/{message.name}"}

    def of_field(self, field: FieldDescriptor) -> Schema:
        """Return the schema of a field, with its comment."""
        return self.value_of(field) | {"description": self.comments[field.full_name]}

    def object_of(self, message: Descriptor) -> Schema:
        """Return a message as an object."""
        found: Schema = {"type": "object", "description": self.comments[message.full_name]}
        found["properties"] = {field.name: self.of_field(field) for field in message.fields}
        required = [field.name for field in message.fields if self.is_required(field)]
        return found | ({"required": required} if required else {})

    def value_of(self, field: FieldDescriptor) -> Schema:
        """Return what a field may hold: a map, a list or one value."""
        if field.message_type and field.message_type.GetOptions().map_entry:
            value = field.message_type.fields_by_name["value"]
            return {"type": "object", "additionalProperties": self.single_value_of(value)}
        if field.is_repeated:
            return {"type": "array", "items": self.single_value_of(field)}
        return self.single_value_of(field)

    def single_value_of(self, field: FieldDescriptor) -> Schema:
        """Return one value of a field."""
        if field.message_type:
            return self.of_message(field.message_type)
        if field.enum_type:
            return self.of_enum(field.enum_type)
        return dict(SCALARS[field.type])

    def of_enum(self, enum: EnumDescriptor) -> Schema:
        """Return the schema of an enum."""
        self.components[enum.name] = self.names_of(enum)
        return {"$ref": f"#/components/schemas/{enum.name}"}

    def names_of(self, enum: EnumDescriptor) -> Schema:
        """Return an enum as the names of its values, each told in the description."""
        values = {self.name_of_value(value): value for value in enum.values}
        told = [f"- `{name}`: {self.comments[f'{enum.full_name}.{value.name}']}" for name, value in values.items()]
        description = "\n".join([self.comments[enum.full_name], "", *told])
        return {"type": "string", "description": description, "enum": list(values)}

    def name_of_value(self, value: EnumValueDescriptor) -> str:
        """Return an enum's value as it stands in JSON."""
        return str(value.name)

    def is_required(self, field: FieldDescriptor) -> bool:
        """Tell whether a field is always there: all are printed but messages that are unset."""
        return not field.has_presence


class RequestSchemas(Schemas):
    """Schemas of what callers send, with the rules of the protos; null is as good as leaving a field out."""

    def __init__(self, comments: dict[str, str], components: dict[str, Schema], rules: Rules) -> None:
        super().__init__(comments, components)
        self.rules = rules

    def of_body(self, message: Descriptor, elsewhere: list[str]) -> Schema:
        """Return the schema of a message some fields of which do not stand in the body."""
        found = self.of_message(message)
        whole = self.components[message.name]
        whole["properties"] = {name: value for name, value in whole["properties"].items() if name not in elsewhere}
        whole["required"] = [name for name in whole["required"] if name not in elsewhere]
        return found

    def object_of(self, message: Descriptor) -> Schema:
        """Return a message as an object: fields that are not known are ignored, but each must have a name."""
        found = super().object_of(message) | {"propertyNames": {"minLength": 1}}
        choices = [{"anyOf": [{"required": [name]} for name in names]} for names in self.rules.choices(message)]
        return found | ({"allOf": choices} if choices else {})

    def of_field(self, field: FieldDescriptor) -> Schema:
        """Return the schema of a field, which may be null when it may be left out."""
        found = super().of_field(field)
        return found if self.is_required(field) else found | {"type": [found["type"], "null"]}

    def value_of(self, field: FieldDescriptor) -> Schema:
        """Return what a field may hold; a null in a map is read as an empty text."""
        found = super().value_of(field) | self.rules.keywords(field)
        if values := found.get("additionalProperties"):
            values |= {"type": [values["type"], "null"]} | self.rules.keywords_of_values(field)
        return found

    def is_required(self, field: FieldDescriptor) -> bool:
        """Tell whether a call without the field is refused."""
        return self.rules.is_required(field)
