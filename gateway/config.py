"""Envoy's configuration for one run: the template with its values, and the files that it refers to."""

import ipaddress
import socket
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from gateway.contract import SERVICE, SUCCESS_STATUSES, descriptor_set, upload_paths

HERE = Path(__file__).parent
SWAGGER_UI = Path(str(files("swagger_ui"))) / "static"

DAY = 86_400
JSON_ROOM = 1 << 20


@dataclass(frozen=True)
class GatewayOptions:
    """Where the gateway listens, what it stands in front of, and its limits. Addresses are `host:port`."""

    http_address: str  # port 0: any free one
    grpc_address: str  # the server's; a wildcard host is reached through loopback
    max_upload_bytes: int = 100 << 20  # of one file
    access_log: Path | None = None  # a JSON line a request; None: standard error
    allowed_origins: tuple[str, ...] = ()  # whose pages may call from a browser (CORS); none by default


@dataclass(frozen=True)
class Page:
    """A file that Envoy itself serves."""

    path: str
    file: Path
    type: str
    max_age: int = 0  # seconds that a browser may keep it


PAGES = (
    Page("/docs", HERE / "docs.html", "text/html; charset=utf-8"),
    Page("/docs/docs.js", HERE / "docs.js", "text/javascript; charset=utf-8"),
    Page("/docs/swagger-ui-bundle.js", SWAGGER_UI / "swagger-ui-bundle.js", "text/javascript; charset=utf-8", DAY),
    Page("/docs/swagger-ui.css", SWAGGER_UI / "swagger-ui.css", "text/css; charset=utf-8", DAY),
    Page("/docs/favicon.png", SWAGGER_UI / "favicon-32x32.png", "image/png", DAY),
    Page("/openapi.json", HERE / "openapi.json", "application/json"),
)


@dataclass(frozen=True)
class Refusal:
    """An error that Envoy makes before or instead of the server, as REST callers read it."""

    when: str  # a condition on the request and on Envoy's reason, in CEL
    detail: str | list[dict[str, Any]]
    status: int | None = None  # None: as Envoy has it


def malformed(place: str, message: str, kind: str) -> list[dict[str, Any]]:
    """Return the detail of a 422 about one part of the request; it never repeats what the caller sent."""
    return [{"loc": [place], "msg": message, "type": kind}]


BAD_BODY = malformed("body", "Not JSON, or a field has a value of the wrong type or is not base64", "json_invalid")
BAD_QUERY = malformed("query", "A parameter is unknown or has a value of the wrong type", "value_error")
TOO_LARGE_FOR_JSON = "The answer is too large for JSON; use the streaming call `convert`, or gRPC"

# The transcoder gives a REST request an original path. Native gRPC keeps the errors that Envoy makes for it.
REST = "('x-envoy-original-path' in request.headers || !('content-type' in request.headers) || " + (
    "!request.headers['content-type'].startsWith('application/grpc'))"
)

# The first that applies counts.
REFUSALS = (
    Refusal("response.code_details == 'grpc_json_transcode_failure{INVALID_ARGUMENT}'", BAD_BODY, 422),
    Refusal("response.code_details == 'early_grpc_json_transcode_failure{INVALID_ARGUMENT}'", BAD_QUERY, 422),
    Refusal("response.code_details.contains('response_buffer_size_limit_reached')", TOO_LARGE_FOR_JSON),
    Refusal(f"response.code == 404 && {REST}", "Not Found"),
    Refusal(f"response.code == 413 && {REST}", "The request is larger than the server accepts"),
    Refusal(f"response.code == 503 && {REST}", "The service is not available; try again"),
    Refusal(f"response.code >= 400 && {REST}", "%LOCAL_REPLY_BODY%"),
)


def write_config(options: GatewayOptions, folder: Path) -> Path:
    """Write the configuration and the descriptor set into `folder`, and return the path of the former."""
    (folder / "contract.binpb").write_bytes(descriptor_set())
    config = folder / "envoy.yaml"
    config.write_text(render_config(options))
    return config


def render_config(options: GatewayOptions) -> str:
    """Return the template filled in, as YAML."""
    environment = Environment(undefined=StrictUndefined)
    return environment.from_string((HERE / "envoy.yaml.j2").read_text()).render(template_values(options))


def template_values(options: GatewayOptions) -> dict[str, Any]:
    """Return what the template's names stand for."""
    http_host, http_port = split_address(options.http_address)
    grpc_host, grpc_port = split_address(options.grpc_address)
    return {
        "http_host": listening_host(http_host),
        "http_port": http_port,
        "grpc_host": reachable_host(grpc_host),
        "grpc_port": grpc_port,
        "max_body_bytes": 2 * base64_size(options.max_upload_bytes) + JSON_ROOM,
        "access_log": options.access_log and options.access_log.absolute(),
        "allowed_origins": options.allowed_origins,
        "lua_file": HERE / "rest.lua",
        "pages": PAGES,
        "refusals": REFUSALS,
        "service": SERVICE,
        "success_statuses": SUCCESS_STATUSES,
        "upload_paths": upload_paths(),
    }


def base64_size(size: int) -> int:
    """Return how many characters so many bytes are in base64."""
    return -(-size // 3) * 4


def split_address(address: str) -> tuple[str, int]:
    """Split `host:port` or `[host]:port`.

    Raises:
        ValueError: it is neither.
    """
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdecimal():
        raise ValueError(f"{address!r} is not an address; write host:port, such as 127.0.0.1:8000")
    return host.removeprefix("[").removesuffix("]"), int(port)


def listening_host(host: str) -> str:
    """Return the IP address of a host of this machine, as Envoy wants it; no host means every address."""
    if not host:
        return "0.0.0.0"
    return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])


def reachable_host(host: str) -> str:
    """Return where a server that listens on `host` can be reached from this machine."""
    if not host:
        return "127.0.0.1"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if not address.is_unspecified:
        return host
    return "127.0.0.1" if address.version == 4 else "::1"
