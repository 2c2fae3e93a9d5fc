"""What an RPC answers over REST, by status: its success and why it can be refused."""

from collections import defaultdict

from google.protobuf.descriptor import Descriptor, MethodDescriptor

from csvconverter.v1 import errors_pb2
from gateway.contract import SUCCESS_STATUSES
from gateway.openapi.errors import ERRORS, describe, reasons_of
from gateway.openapi.examples import ANSWERS, JOB, OUTPUT, SCRIPT, printed
from gateway.openapi.metadata import MetadataSchemas
from gateway.openapi.schemas import Schema, Schemas

FIELD_ERRORS = errors_pb2.DESCRIPTOR.message_types_by_name["HttpValidationError"]
PLAIN_ERROR: Schema = {
    "type": "object",
    "description": "Why the call was refused.",
    "properties": {"detail": {"type": "string", "description": "What was found, and how to mend it."}},
    "required": ["detail"],
}
RETRY = (429, 503)

DESCRIPTIONS = {
    "GetJobMetadata": "The job; an empty object when there is none.",
    "ListJobMetadata": "The jobs; an empty array when there are none.",
    "DeleteJob": "Deleted; there is no body.",
    "DeleteUser": "Deleted; there is no body.",
    "WatchJob": "Server-sent events. The data of each is a `WatchJobResponse`; it has no other fields.",
    "Convert": "The converted file.",
    "GetArtifact": "The file.",
}
FILE: Schema = {"type": "string", "format": "binary"}
CSV_FILE: Schema = {"schema": FILE, "example": OUTPUT.decode()}
FILES = {
    "Convert": {"text/csv": CSV_FILE},
    "GetArtifact": {
        "text/x-python": {"schema": FILE, "example": SCRIPT.decode()},
        "text/csv": CSV_FILE,
        "application/json": {"schema": {"type": "object"}, "example": printed(JOB.plan)},
    },
}

HEADERS: dict[str, Schema] = {
    "x-request-id": {
        "description": "Names the call; the server's log has it on the same line as what happened.",
        "required": True,
        "schema": {"type": "string"},
    },
    "retry-after": {
        "description": "Seconds to wait before the same call is made again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
    "content-disposition": {
        "description": "The name under which to save the file.",
        "required": True,
        "schema": {"type": "string"},
        "example": 'attachment; filename="output.csv"',
    },
    "x-conversion-warnings": {
        "description": "What the script warned of, such as values that it could not read, as a JSON array.",
        "schema": {"type": "string"},
        "example": '["date: 3 values could not be read, the first in row 17"]',
    },
}
HEADERS_OF_ONE = {
    "Convert": ("content-disposition", "x-conversion-warnings"),
    "GetArtifact": ("content-disposition",),
}

OF_THE_JOB = {"client_id": "$response.body#/user_id", "job_id": "$response.body#/job_id"}
OF_THE_USER = {"user_id": "$response.body#/user_id", "job_id": "$response.body#/job_id"}
LINKS = {
    "StartTraining": {
        **{name: {"operationId": name, "parameters": OF_THE_JOB} for name in ("WatchJob", "GetJobMetadata", "Convert")},
        "RunInference": {"operationId": "RunInference", "requestBody": OF_THE_USER},
        "CancelJob": {"operationId": "CancelJob", "parameters": OF_THE_JOB},
        "GetArtifact": {"operationId": "GetArtifact", "parameters": OF_THE_JOB | {"name": "script.py"}},
        "DeleteJob": {"operationId": "DeleteJob", "parameters": OF_THE_USER},
    }
}


class Answers:
    """Answers of the operations; what several share gathers in `components`."""

    def __init__(self, comments: dict[str, str], schemas: dict[str, Schema]) -> None:
        schemas["Error"] = PLAIN_ERROR
        self.comments = comments
        self.schemas = Schemas(comments, schemas)
        self.metadata = MetadataSchemas(comments, schemas)
        self.components: dict[str, Schema] = {}

    def of_method(self, method: MethodDescriptor) -> Schema:
        """Return the answers of an RPC by status."""
        by_status: dict[int, list[str]] = defaultdict(list)
        for reason in reasons_of(method):
            by_status[ERRORS[reason].status].append(reason)
        success = SUCCESS_STATUSES.get(method.name, 200)
        errors = {str(status): self.refusal(status, reasons) for status, reasons in by_status.items()}
        return {str(success): self.success(method, success)} | errors

    def success(self, method: MethodDescriptor, status: int) -> Schema:
        """Return the answer to a call that went well."""
        description = DESCRIPTIONS.get(method.name) or self.comments[method.output_type.full_name]
        found: Schema = {"description": description, "headers": headers(*HEADERS_OF_ONE.get(method.name, ()))}
        if status != 204:
            found["content"] = self.content(method)
        if method.name in LINKS:
            found["links"] = LINKS[method.name]
        return found

    def content(self, method: MethodDescriptor) -> Schema:
        """Return the body of a success: files, server-sent events or JSON."""
        if method.name in FILES:
            return FILES[method.name]
        example = {"example": ANSWERS[method.name]}
        if method.server_streaming:
            return {"text/event-stream": {"schema": self.event(method.output_type)} | example}
        return {"application/json": {"schema": self.json_schema(method)} | example}

    def event(self, message: Descriptor) -> Schema:
        """Return the schema of one server-sent event, which OpenAPI takes for the schema of a stream."""
        data = {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": self.schemas.of_message(message),
        }
        return {"type": "object", "properties": {"data": data}, "required": ["data"]}

    def json_schema(self, method: MethodDescriptor) -> Schema:
        """Return the schema of an answer in JSON; the contract leaves that of metadata open."""
        if method.name == "GetJobMetadata":
            return {"anyOf": [self.metadata.of_job(), {"type": "object", "maxProperties": 0}]}
        if method.name == "ListJobMetadata":
            return {"type": "array", "items": self.metadata.of_job()}
        return self.schemas.of_message(method.output_type)

    def refusal(self, status: int, reasons: list[str]) -> Schema:
        """Return the answer to a call that is refused with a status, for any of several reasons."""
        name = "Or".join(reason.title().replace("_", "") for reason in reasons)
        schema = self.schemas.of_message(FIELD_ERRORS) if status == 422 else {"$ref": "#/components/schemas/Error"}
        examples = {reason: {"value": {"detail": ERRORS[reason].detail}} for reason in reasons}
        self.components[name] = {
            "description": "\n\n".join(describe(reason, self.comments) for reason in reasons),
            "headers": headers(*["retry-after"] * (status in RETRY)),
            "content": {"application/json": {"schema": schema, "examples": examples}},
        }
        return {"$ref": f"#/components/responses/{name}"}


def headers(*names: str) -> Schema:
    """Return the headers of an answer; every answer has the id of its call."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("x-request-id", *names)}
