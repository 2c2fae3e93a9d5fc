"""Writes openapi.json: the REST side of the contract, as an OpenAPI 3.1 document made from the descriptors.

python -m gateway.openapi IMAGE [--check]    IMAGE: what `protos/generate.py image` writes

The document is committed, since the comments, which become its descriptions, are not in the generated code.
"""

import argparse
import base64
import json
import re
import sys
from pathlib import Path
from typing import Any

from google.api.http_pb2 import HttpRule
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from csvconverter.v1 import errors_pb2
from gateway.contract import SERVICE, SUCCESS_STATUSES, http_rule
from gateway.openapi_schemas import Schema, Schemas, read_comments

DOCUMENT = Path(__file__).with_name("openapi.json")
TITLE = "AI CSV Converter"
FIELD_ERRORS = errors_pb2.DESCRIPTOR.message_types_by_name["HttpValidationError"]
VERBS = ("get", "post", "delete")

ERRORS = {
    400: "The job has not succeeded, so there is no script to run.",
    401: "No key, or one that the server does not know.",
    403: "The key is not bound to this client.",
    404: "There is no such job, or no such file of it.",
    409: "In conflict with an earlier call: a request id used twice, or a watched job that was replaced.",
    413: "A file is larger than the server accepts.",
    422: "Something in the request is missing or malformed; each entry says where.",
    429: "Too many requests.",
    500: "The learned script crashed, or something broke inside the server.",
    503: "The service is stopping or not available; the same call may be made again.",
    504: "The deadline passed.",
}
ERROR_SCHEMA: Schema = {"type": "object", "properties": {"detail": {"type": "string"}}, "required": ["detail"]}
SUCCESSES = {200: "Done.", 202: "Accepted; the job runs.", 204: "Done; no body."}

WITHOUT_KEY = frozenset({"GetHealth"})
ERRORS_OF_ALL = (422, 429, 500, 503)
ERRORS_WITH_KEY = (401, 403)
ERRORS_OF_ONE = {
    "StartTraining": (409, 413),
    "RunInference": (400, 404, 413, 504),
    "Convert": (400, 404, 504),
    "CancelJob": (404,),
    "WatchJob": (404, 409),
    "GetArtifact": (404,),
}

EXAMPLE_INPUT = base64.b64encode(b"id,name,date\n007,ada lovelace,10/12/1815\n008,alan turing,23/06/1912\n").decode()
EXAMPLE_OUTPUT = base64.b64encode(b"id,name,date\n007,Ada Lovelace,1815-12-10\n008,Alan Turing,1912-06-23\n").decode()
EXAMPLES: dict[str, Schema] = {
    "StartTraining": {
        "user_id": "acme",
        "job_id": "people",
        "input_file": EXAMPLE_INPUT,
        "expected_output_file": EXAMPLE_OUTPUT,
        "job_title": "People",
        "owner": "ada",
        "column_instructions": {"date": "Convert to YYYY-MM-DD", "id": ""},
    },
    "RunInference": {"user_id": "acme", "job_id": "people", "input_file": EXAMPLE_INPUT},
}


def main() -> None:
    """Write the document, or with --check exit with 1 when the committed one is not current."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    fresh = json.dumps(document(arguments.image.read_bytes()), indent=2, ensure_ascii=False) + "\n"
    if not arguments.check:
        DOCUMENT.write_text(fresh)
    elif DOCUMENT.read_text() != fresh:
        sys.exit(f"not current: gateway/{DOCUMENT.name}; run `make gen` and commit the result")


def document(image: bytes) -> dict[str, Any]:
    """Return the whole document for a serialized descriptor set with source information."""
    comments = read_comments(FileDescriptorSet.FromString(image))
    schemas = Schemas(comments)
    paths: dict[str, dict[str, Schema]] = {}
    for method in SERVICE.methods:
        rule = http_rule(method)
        for verb in VERBS:
            if path := getattr(rule, verb):
                paths.setdefault(path, {})[verb] = operation(method, rule, path, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": "v1", "description": comments[SERVICE.full_name]},
        "servers": [{"url": "/"}],
        "security": [{"api_key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"api_key": {"type": "apiKey", "in": "header", "name": "X-API-KEY"}},
            "responses": {str(status): error_response(status, schemas) for status in ERRORS},
            "schemas": {"Error": ERROR_SCHEMA} | schemas.components,
        },
    }


def operation(method: MethodDescriptor, rule: HttpRule, path: str, schemas: Schemas) -> Schema:
    """Return one RPC as an operation on one path."""
    in_path = re.findall(r"{(\w+)}", path)
    fields = [field for field in method.input_type.fields if field.name not in in_path]
    found: Schema = {
        "operationId": method.name,
        "summary": re.sub(r"(?<!^)([A-Z])", lambda letter: f" {letter[1].lower()}", method.name),
        "description": schemas.comments[method.full_name],
        "tags": ["v1"],
        "parameters": [parameter(method.input_type.fields_by_name[name], "path", schemas) for name in in_path],
        "responses": responses(method, schemas),
    }
    if not rule.body:
        found["parameters"] += [parameter(field, "query", schemas) for field in fields]
    elif fields:
        found["requestBody"] = {"required": True, "content": request_content(method, rule, schemas)}
    if method.name in WITHOUT_KEY:
        found["security"] = []
    return found


def parameter(field: FieldDescriptor, place: str, schemas: Schemas) -> Schema:
    """Return a field of the request that stands in the path or in the query."""
    schema = schemas.of_field(field)
    return {
        "name": field.name,
        "in": place,
        "required": place == "path",
        "description": schema.pop("description"),
        "schema": schema,
    }


def request_content(method: MethodDescriptor, rule: HttpRule, schemas: Schemas) -> Schema:
    """Return the body: raw bytes where the rule names one field, the message as JSON otherwise."""
    if rule.body != "*":
        return {"text/csv": {"schema": {"type": "string", "format": "binary"}}}
    content: Schema = {"schema": schemas.of_message(method.input_type)}
    if method.name in EXAMPLES:
        content["example"] = EXAMPLES[method.name]
    return {"application/json": content}


def responses(method: MethodDescriptor, schemas: Schemas) -> Schema:
    """Return the success and the errors of one RPC, by status."""
    success = SUCCESS_STATUSES.get(method.name, 200)
    answer: Schema = {"description": SUCCESSES[success]}
    if success != 204:
        answer["content"] = answer_content(method, schemas)
    errors = {*ERRORS_OF_ALL, *ERRORS_OF_ONE.get(method.name, ())}
    if method.name not in WITHOUT_KEY:
        errors.update(ERRORS_WITH_KEY)
    return {str(success): answer} | {
        str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted(errors)
    }


def answer_content(method: MethodDescriptor, schemas: Schemas) -> Schema:
    """Return the body of a success: a file, server-sent events or JSON."""
    if method.output_type.full_name == "google.api.HttpBody":
        return {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    kind = "text/event-stream" if method.server_streaming else "application/json"
    return {kind: {"schema": schemas.of_message(method.output_type)}}


def error_response(status: int, schemas: Schemas) -> Schema:
    """Return one error; a 422 names the fields that are wrong, a 429 says when to come back."""
    schema = schemas.of_message(FIELD_ERRORS) if status == 422 else {"$ref": "#/components/schemas/Error"}
    found: Schema = {"description": ERRORS[status], "content": {"application/json": {"schema": schema}}}
    if status == 429:
        found["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    return found


if __name__ == "__main__":
    main()
