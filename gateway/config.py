"""Envoy's configuration for one run: the template with its values, and the files that it refers to."""

import ipaddress
import json
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from gateway.contract import SERVICE, SUCCESS_STATUSES, descriptor_set, upload_paths
from gateway.own_answers import PAGES, REFUSALS

TEMPLATE = Path(__file__).with_name("envoy.yaml.j2")
LUA = Path(__file__).with_name("rest.lua")
JSON_ROOM = 1 << 20  # bytes for everything in a body that is not a file


@dataclass(frozen=True)
class GatewayOptions:
    """Where the gateway listens, what it stands in front of, and its limits. Addresses are `host:port`."""

    http_address: str  # port 0: any free one
    grpc_address: str  # the server's; a wildcard host is reached through loopback
    max_upload_bytes: int = 100 << 20  # of one file
    access_log: Path | None = None  # a JSON line a request; None: standard error
    allowed_origins: tuple[str, ...] = ()  # whose pages may call from a browser (CORS); none by default


def write_config(options: GatewayOptions, folder: Path) -> Path:
    """Write the configuration and the descriptor set into `folder`, and return the path of the former."""
    (folder / "contract.binpb").write_bytes(descriptor_set())
    config = folder / "envoy.yaml"
    config.write_text(render_config(options))
    return config


def render_config(options: GatewayOptions) -> str:
    """Return the template filled in, as YAML."""
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["json"] = json.dumps
    return environment.from_string(TEMPLATE.read_text()).render(template_values(options))


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
        "lua_file": LUA,
        "pages": PAGES,
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
