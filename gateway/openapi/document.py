"""The REST side of the contract as OpenAPI 3.1, made from the descriptors and the comments of the protos."""

import re
from pathlib import Path
from typing import Any

from google.api.http_pb2 import HttpRule
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from gateway.contract import SERVICE, http_rule
from gateway.openapi.answers import FILE, HEADERS, Answers
from gateway.openapi.comments import read_comments
from gateway.openapi.errors import WITHOUT_KEY
from gateway.openapi.examples import PARAMETERS, REQUESTS
from gateway.openapi.rules import Rules
from gateway.openapi.schemas import RequestSchemas, Schema

DOCUMENT = Path(__file__).parents[1] / "openapi.json"
API_KEY: Schema = {
    "type": "apiKey",
    "in": "header",
    "name": "X-API-KEY",
    "description": "A key of this server. It opens the data of the clients that it is bound to, or of all.",
}
VERBS = ("get", "post", "delete")
TAGS = {
    "Train": ("StartTraining", "WatchJob", "CancelJob"),
    "Convert": ("RunInference", "Convert"),
    "Large files": ("CreateUpload", "GetArtifactUrl"),
    "Jobs": ("GetJobMetadata", "ListJobMetadata", "GetArtifact", "DeleteJob", "DeleteUser"),
    "Service": ("GetQueueStatus", "GetHealth"),
}


def document(image: bytes) -> dict[str, Any]:
    """Return the whole document for a serialized descriptor set with source information."""
    files = FileDescriptorSet.FromString(image)
    comments = read_comments(files)
    schemas: dict[str, Schema] = {}
    requests, answers = RequestSchemas(comments, schemas, Rules(files)), Answers(comments, schemas)
    paths: dict[str, dict[str, Schema]] = {}
    for method in SERVICE.methods:
        rule = http_rule(method)
        for verb in VERBS:
            if path := getattr(rule, verb):
                paths.setdefault(path, {})[verb] = operation(method, rule, path, requests, answers)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "AI CSV Converter",
            "version": "v1",
            "description": comments[SERVICE.full_name],
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"api_key": []}],
        "tags": [{"name": tag} for tag in TAGS],
        "paths": paths,
        "components": {
            "securitySchemes": {"api_key": API_KEY},
            "headers": HEADERS,
            "responses": answers.components,
            "schemas": schemas,
        },
    }


def operation(
    method: MethodDescriptor, rule: HttpRule, path: str, requests: RequestSchemas, answers: Answers
) -> Schema:
    """Return one RPC as an operation on one path."""
    in_path = re.findall(r"{(\w+)}", path)
    fields = [field for field in method.input_type.fields if field.name not in in_path]
    found: Schema = {
        "operationId": method.name,
        "summary": re.sub(r"(?<!^)([A-Z])", lambda letter: f" {letter[1].lower()}", method.name),
        "description": requests.comments[method.full_name],
        "tags": [tag for tag, names in TAGS.items() if method.name in names],
        "parameters": [parameter(method.input_type.fields_by_name[name], "path", requests) for name in in_path],
    }
    if not rule.body:
        found["parameters"] += [parameter(field, "query", requests) for field in fields]
    elif fields:
        found["requestBody"] = {"required": True, "content": request_content(method, rule, in_path, requests)}
    if method.name in WITHOUT_KEY:
        found["security"] = []
    return found | {"responses": answers.of_method(method)}


def parameter(field: FieldDescriptor, place: str, requests: RequestSchemas) -> Schema:
    """Return a field of the request that stands in the path or in the query."""
    found = {
        "name": field.name,
        "in": place,
        "required": place == "path",
        "description": requests.comments[field.full_name],
        "schema": requests.value_of(field),
    }
    return found | ({"example": PARAMETERS[field.name]} if place == "path" else {})


def request_content(method: MethodDescriptor, rule: HttpRule, in_path: list[str], requests: RequestSchemas) -> Schema:
    """Return the body: raw bytes where the rule names one field, otherwise the message as JSON but for its path."""
    if rule.body != "*":
        file = {"schema": FILE, "example": REQUESTS[method.name]}
        return {"text/csv": file, "application/octet-stream": file}
    schema = requests.of_body(method.input_type, in_path)
    return {"application/json": {"schema": schema, "example": REQUESTS[method.name]}}
