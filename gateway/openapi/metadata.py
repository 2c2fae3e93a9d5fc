"""The schema of a job's `metadata.json`, which the contract carries as an untyped object."""

from google.protobuf.descriptor import Descriptor, EnumDescriptor, EnumValueDescriptor, FieldDescriptor

from csvconverter.v1 import jobs_pb2, plans_pb2
from gateway.openapi.schemas import Schema, Schemas

JOB: Descriptor = jobs_pb2.DESCRIPTOR.message_types_by_name["Job"]
PLAN: Descriptor = plans_pb2.DESCRIPTOR.message_types_by_name["Plan"]


class MetadataSchemas(Schemas):
    """Schemas of what metadata make of messages: every key is there, null stands for what is unset, enums are short."""

    def of_job(self) -> Schema:
        """Return the schema of a job's metadata."""
        self.components["JobMetadata"] = self.object_of(JOB)
        return {"$ref": "#/components/schemas/JobMetadata"}

    def object_of(self, message: Descriptor) -> Schema:
        """Return a message as an object."""
        found = super().object_of(message)
        return found | {"required": list(found["properties"])}

    def of_message(self, message: Descriptor) -> Schema:
        """Return the schema of a message in its place."""
        if message is PLAN:
            return {"type": "array", "items": {"type": "string"}}
        return super().of_message(message) if message.file.package.startswith("google") else self.object_of(message)

    def single_value_of(self, field: FieldDescriptor) -> Schema:
        """Return one value of a field."""
        found = super().single_value_of(field)
        nullable = field.has_presence and found["type"] != "array"
        return found | {"type": [found["type"], "null"]} if nullable else found

    def of_enum(self, enum: EnumDescriptor) -> Schema:
        """Return the schema of an enum in its place."""
        return self.names_of(enum)

    def name_of_value(self, value: EnumValueDescriptor) -> str:
        """Return an enum's value without its enum's name."""
        return str(value.name).removeprefix(str(value.type.values[0].name).removesuffix("UNSPECIFIED"))
