"""Why a REST call can be refused: the reasons of the contract with their statuses, and what the gateway adds."""

import re
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import MethodDescriptor

from csvconverter.v1.errors_pb2 import ErrorReason
from gateway.contract import http_rule

WITHOUT_KEY = frozenset({"GetHealth"})


@dataclass(frozen=True)
class Error:
    """One reason as REST callers meet it."""

    status: int
    detail: str | list[dict[str, Any]]  # an example of what it says
    description: str = ""  # of what is no reason of the contract; those have comments


def field_error(kind: str, message: str, *location: str) -> list[dict[str, Any]]:
    """Return the detail of a 422 about one field."""
    return [{"loc": list(location), "msg": message, "type": kind}]


ERRORS = {
    "JOB_NOT_TRAINED": Error(400, "job people is FAILED: only a job that has succeeded can convert files"),
    "URLS_UNAVAILABLE": Error(
        400,
        "this server has no addresses for files, since it keeps them in no bucket: send and read the files here",
    ),
    "API_KEY_INVALID": Error(401, "wanted a key that this server knows in the header x-api-key"),
    "CLIENT_FORBIDDEN": Error(403, "this key does not open the data of that client"),
    "JOB_NOT_FOUND": Error(404, "there is no job people of acme"),
    "ARTIFACT_NOT_FOUND": Error(404, "there is no output.csv; there are: input.csv, expected.csv"),
    "UPLOAD_NOT_FOUND": Error(
        404,
        "input_upload: there is no upload 5d0c9b3e7f1a of acme: "
        "its file has not been sent, or was sent more than a day ago",
    ),
    "REQUEST_ID_REUSED": Error(409, "request_id was used before with another body: send a new one, or the same body"),
    "JOB_REPLACED": Error(409, "the job has been replaced: watch again from after_sequence 0"),
    "FILE_TOO_LARGE": Error(413, "input_file: the file has 104857601 bytes and at most 104857600 are accepted here"),
    "BODY_TOO_LARGE": Error(
        413,
        "The request is larger than the server accepts",
        "The whole body is larger than two files of the greatest size can be.",
    ),
    "FIELD_INVALID": Error(422, field_error("missing", "this field is required", "body", "user_id")),
    "CSV_INVALID": Error(422, field_error("csv_invalid", "the file is empty", "body", "input_file")),
    "COLUMNS_MISSING": Error(
        422, field_error("missing", "the file lacks the columns name, date", "body", "input_file")
    ),
    "PARAMETER_INVALID": Error(
        422,
        field_error("extra_forbidden", "there is no such parameter", "query", "page"),
        "A part of the path or a parameter is malformed, or there is no such parameter.",
    ),
    "ADDRESS_LIMITED": Error(
        429,
        "Too many requests come from this address; send fewer a second",
        "More requests a second come from one address than the gateway is set to pass on.",
    ),
    "RATE_LIMITED": Error(429, "this key may make 1000 calls a second, and makes more: wait, then send the call again"),
    "TOO_MANY_CALLS": Error(
        429, "this key has 2000 calls of this kind open, which is as many as it may: wait until one has ended"
    ),
    "QUEUE_FULL": Error(429, "10000 jobs wait, which is as many as may: send the job again later"),
    "SCRIPT_CRASHED": Error(500, "the learned script failed on this file: ValueError"),
    "SCRIPT_LIMIT_EXCEEDED": Error(500, "the script ran longer than it may"),
    "INTERNAL": Error(500, "something broke inside the server; its log has the details under request id 4acf3445"),
    "TRY_AGAIN": Error(503, "the server stops: call it again when it is back, or another one"),
    "DEADLINE_EXCEEDED": Error(
        504,
        "Deadline Exceeded",
        "The time passed that the call itself set in the header `grpc-timeout`, such as `30S`.",
    ),
}

CONVERSION = ("JOB_NOT_TRAINED", "JOB_NOT_FOUND", "CSV_INVALID", "COLUMNS_MISSING")
SCRIPT = ("SCRIPT_CRASHED", "SCRIPT_LIMIT_EXCEEDED")
OF_ALL = ("PARAMETER_INVALID", "ADDRESS_LIMITED", "INTERNAL", "TRY_AGAIN", "DEADLINE_EXCEEDED")
OF_ONE: dict[str, tuple[str, ...]] = {
    "StartTraining": ("REQUEST_ID_REUSED", "UPLOAD_NOT_FOUND", "FILE_TOO_LARGE", "CSV_INVALID", "QUEUE_FULL"),
    "RunInference": (*CONVERSION, "UPLOAD_NOT_FOUND", "FILE_TOO_LARGE", *SCRIPT),
    "Convert": (*CONVERSION, *SCRIPT),
    "CancelJob": ("JOB_NOT_FOUND",),
    "WatchJob": ("JOB_NOT_FOUND", "JOB_REPLACED"),
    "GetArtifact": ("JOB_NOT_FOUND", "ARTIFACT_NOT_FOUND"),
    "GetArtifactUrl": ("JOB_NOT_FOUND", "ARTIFACT_NOT_FOUND", "URLS_UNAVAILABLE"),
    "CreateUpload": ("URLS_UNAVAILABLE",),
}


def reasons_of(method: MethodDescriptor) -> list[str]:
    """Return why an RPC can be refused, by status."""
    found = {*OF_ALL, *OF_ONE.get(method.name, ())}
    if http_rule(method).body == "*":
        found |= {"FIELD_INVALID", "BODY_TOO_LARGE"}
    if method.name not in WITHOUT_KEY:
        found |= {"API_KEY_INVALID", "RATE_LIMITED", "TOO_MANY_CALLS"}
    if {"client_id", "user_id"} & {field.name for field in method.input_type.fields}:
        found.add("CLIENT_FORBIDDEN")
    return [reason for reason in ERRORS if reason in found]


def describe(reason: str, comments: dict[str, str]) -> str:
    """Return what a reason means: its comment without what only gRPC callers need."""
    if description := ERRORS[reason].description:
        return description
    enum = ErrorReason.DESCRIPTOR
    comment = comments[f"{enum.full_name}.ERROR_REASON_{reason}"]
    return " ".join(re.split(r"\sCode\s", comment)[0].split())
