"""Envoy's configuration for one run: the template with its values, and the files that it refers to."""

import json
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from gateway.contract import HEALTH_NAME, SERVICE, SUCCESS_STATUSES, descriptor_set, query_parameters, upload_paths
from gateway.memory import available_memory
from gateway.own_answers import GRPC_TYPES, PAGES, REFUSALS

TEMPLATE = Path(__file__).with_name("envoy.yaml.j2")
ADMISSION = Path(__file__).with_name("admission.lua")
LUA = Path(__file__).with_name("rest.lua")
SECRET_TYPE = {"@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"}
JSON_ROOM = 1 << 20  # bytes for everything in a body that is not a file


@dataclass(frozen=True)
class Tls:
    """Files in PEM by which a port speaks TLS. They are read again when they are replaced by renaming."""

    certificate: Path  # the server's, with those behind it that lead to a known authority
    key: Path
    client_ca: Path | None = None  # who must have signed a caller's certificate; None: callers need none


@dataclass(frozen=True)
class GatewayOptions:
    """Where the gateway listens, what it stands in front of, and its limits."""

    http_address: str  # host:port; port 0: any free one
    grpc_socket: Path  # the Unix socket of the server
    max_upload_bytes: int = 100 << 20  # of one file
    access_log: Path | None = None  # a JSON line a request; None: standard error
    allowed_origins: tuple[str, ...] = ()  # whose pages may call from a browser (CORS); none by default
    tls: Tls | None = None
    requests_per_second: int = 0  # from one address, twice as many at once; 0: any number
    max_connections: int = 10_000
    memory_bytes: int = field(default_factory=lambda: available_memory() // 4)  # for all that is in flight
    idle_seconds: int = 600  # how long a request may go on without a byte in either direction
    drain_seconds: int = 1  # how long a gateway that stops still takes new requests


def write_config(options: GatewayOptions, folder: Path) -> Path:
    """Write the configuration and what it refers to into `folder`, and return the path of the former."""
    (folder / "contract.binpb").write_bytes(descriptor_set())
    (folder / "grpc.sock").symlink_to(options.grpc_socket.absolute())  # the path itself may be too long for a socket
    if options.tls:
        for name, secret in tls_secrets(options.tls).items():
            (folder / f"{name}.yaml").write_text(json.dumps({"resources": [SECRET_TYPE | {"name": name} | secret]}))
    config = folder / "envoy.yaml"
    config.write_text(render_config(options))
    return config


def tls_secrets(tls: Tls) -> dict[str, dict[str, Any]]:
    """Return where Envoy finds, and watches, the files of TLS."""
    certificate, key = tls.certificate.absolute(), tls.key.absolute()
    files = {"certificate_chain": {"filename": str(certificate)}, "private_key": {"filename": str(key)}}
    secrets = {"certificate": {"tls_certificate": files | watched(certificate)}}
    if tls.client_ca:
        authority = tls.client_ca.absolute()
        secrets["client_ca"] = {"validation_context": {"trusted_ca": {"filename": str(authority)}} | watched(authority)}
    return secrets


def watched(file: Path) -> dict[str, Any]:
    """Return that a file is read again when something is renamed in its folder, as Kubernetes does with a link."""
    return {"watched_directory": {"path": str(file.parent)}}


def render_config(options: GatewayOptions) -> str:
    """Return the template filled in, as YAML."""
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["json"] = json.dumps
    return environment.from_string(TEMPLATE.read_text()).render(template_values(options))


def template_values(options: GatewayOptions) -> dict[str, Any]:
    """Return what the template's names stand for."""
    http_host, http_port = split_address(options.http_address)
    return {
        "http_host": listening_host(http_host),
        "http_port": http_port,
        "grpc_types": GRPC_TYPES,
        "health_name": HEALTH_NAME,
        "tls": options.tls,
        "requests_per_second": options.requests_per_second,
        "max_connections": options.max_connections,
        "memory_bytes": options.memory_bytes,
        "idle_seconds": options.idle_seconds,
        "admission_file": ADMISSION,
        "max_body_bytes": 2 * base64_size(options.max_upload_bytes) + JSON_ROOM,
        "access_log": options.access_log and options.access_log.absolute(),
        "allowed_origins": options.allowed_origins,
        "lua_file": LUA,
        "pages": PAGES,
        "query_parameters": " ".join(query_parameters()),
        "refusals": REFUSALS,
        "service": SERVICE.full_name,
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
