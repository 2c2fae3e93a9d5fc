"""How a command ends: its exit code, and what it says when something went wrong."""

from enum import IntEnum
from typing import Any

import grpc

from csvconverter.cli.records import record
from csvconverter.errors import ConverterError


class ExitCode(IntEnum):
    """What a script learns from a command."""

    OK = 0
    FAILED = 1
    """The job or the conversion failed, or the server did."""
    NOT_ACCEPTED = 2
    """The command line, a file or a field."""
    UNREACHABLE = 3
    """No server answers at the address, or it asks to be called again later."""
    REFUSED = 4
    """The key is missing, unknown, or not for this user."""
    NOT_FOUND = 5
    """There is no such job or file."""
    INTERRUPTED = 130
    """Ctrl-C."""


CODES = {
    grpc.StatusCode.UNAVAILABLE: ExitCode.UNREACHABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED: ExitCode.UNREACHABLE,
    grpc.StatusCode.UNAUTHENTICATED: ExitCode.REFUSED,
    grpc.StatusCode.PERMISSION_DENIED: ExitCode.REFUSED,
    grpc.StatusCode.NOT_FOUND: ExitCode.NOT_FOUND,
    grpc.StatusCode.INVALID_ARGUMENT: ExitCode.NOT_ACCEPTED,
    grpc.StatusCode.OUT_OF_RANGE: ExitCode.NOT_ACCEPTED,
    grpc.StatusCode.ALREADY_EXISTS: ExitCode.NOT_ACCEPTED,
}

ADVICE = {
    ExitCode.UNREACHABLE: "start a server with `csv-converter serve`, or name another with --address",
    ExitCode.REFUSED: "name the key with --api-key or CSV_CONVERTER_API_KEY, or run this where the server was started",
    ExitCode.NOT_FOUND: "`csv-converter jobs` lists what there is",
}


def exit_code(error: ConverterError) -> ExitCode:
    """Return the exit code for a call that did not succeed."""
    return CODES.get(error.code, ExitCode.FAILED)


def explanation(error: ConverterError, address: str, encrypted: bool) -> list[str]:
    """Return what went wrong and how to mend it, in lines."""
    code = exit_code(error)
    lines = [f"{'.'.join(field.loc)}: {field.msg}" for field in error.fields] or [error.message]
    if error.is_unanswered:
        lines = [unreachable(error.message, address, encrypted)]
    if code in ADVICE and not (error.is_passing and error.reason):  # a server that asks to come back is there
        lines.append(ADVICE[code])
    if error.code is grpc.StatusCode.INTERNAL and error.request_id:
        lines.append(f"the server's log has more under request {error.request_id}")
    return lines


def unreachable(message: str, address: str, encrypted: bool) -> str:
    """Say in what way no server answers; gRPC tells it in words for programmers."""
    if "CERTIFICATE_VERIFY_FAILED" in message or "Peer name" in message:
        return f"the certificate of the server at {address} is not for that name, or nobody trusted signed it; see --ca"
    if "WRONG_VERSION_NUMBER" in message:
        return f"the server at {address} does not speak TLS; http:// before the address leaves it out"
    if "Socket closed" in message:
        certificate = "it may ask callers for a certificate: --client-cert, --client-key"
        hint = certificate if encrypted else "https:// before the address speaks TLS with it"
        return f"the server at {address} hangs up; {hint}"
    return f"no server answers at {address}"


def error_record(error: ConverterError) -> dict[str, Any]:
    """Return an error as JSON values."""
    return {
        "code": error.code.name,
        "reason": error.reason,
        "message": error.message,
        "fields": [record(field) for field in error.fields],
        "request_id": error.request_id,
    }
