"""The gRPC server itself: its options, its services and its address."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2_grpc
from grpc_health.v1.health import aio as health_aio

from csvconverter.v1 import services_pb2
from csvconverter.v1.services_pb2_grpc import add_ConversionServiceServicer_to_server
from gateway.config import Tls
from server.address import Address
from server.conversion_service import ConversionService
from server.interceptors import CallInterceptor
from server.reflection import add_reflection
from server.settings import Settings
from server.tls import server_credentials

SERVICE_NAME = services_pb2.DESCRIPTOR.services_by_name["ConversionService"].full_name
MESSAGE_ROOM = 1 << 20
METADATA_BYTES = 1 << 16  # above what Envoy passes on: a key that is too long is a wrong key and no error of transport
STREAMS = 4096  # of one connection; thousands of watches share one
WAITING_CALLS = 4 * STREAMS  # until the server sees them; gRPC itself cancels some from 1,000 on, and says no reason
SOCKET = "grpc.sock"


class AddressTaken(Exception):
    """The server cannot listen where it should."""


def grpc_server(
    service: ConversionService, health: health_aio.HealthServicer, interceptor: CallInterceptor, settings: Settings
) -> grpc.aio.Server:
    """Put the service, health checks and reflection into a server that is not started yet."""
    server = grpc.aio.server(
        interceptors=[interceptor],
        options=[
            ("grpc.so_reuseport", 0),  # a port that is taken is an error
            ("grpc.max_receive_message_length", 2 * settings.max_upload_bytes + MESSAGE_ROOM),
            ("grpc.max_send_message_length", -1),  # the service itself says when an answer grows too large
            ("grpc.max_metadata_size", METADATA_BYTES),
            ("grpc.absolute_max_metadata_size", METADATA_BYTES),
            ("grpc.http2.max_concurrent_streams", STREAMS),
            ("grpc.server.max_pending_requests", WAITING_CALLS),
            ("grpc.server.max_pending_requests_hard_limit", 2 * WAITING_CALLS),
            ("grpc.keepalive_time_ms", 60_000),
            ("grpc.keepalive_timeout_ms", 20_000),
            ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
        ],
    )
    add_ConversionServiceServicer_to_server(service, server)  # type: ignore[no-untyped-call]
    health_pb2_grpc.add_HealthServicer_to_server(health, server)
    add_reflection(server)
    return server


def listen(server: grpc.aio.Server, address: Address, tls: Tls | None = None) -> Address:
    """Bind the server to an address and return it with the real port; without TLS it speaks in the clear.

    Raises:
        AddressTaken: something else listens there, or it is no address of this machine.
    """
    try:
        if tls:
            return Address(address.host, server.add_secure_port(str(address), server_credentials(tls)))
        return Address(address.host, server.add_insecure_port(str(address)))
    except RuntimeError:
        message = f"cannot listen at {address}: stop what listens there, or set CSV_CONVERTER_GRPC_ADDRESS"
        raise AddressTaken(message) from None


@contextmanager
def private_socket(server: grpc.aio.Server, folder: Path) -> Iterator[Path]:
    """Bind the server to a Unix socket in a folder that only this user can enter, for its own gateway; yield its path.

    It is bound through the folder's descriptor, since a socket's path has 107 bytes at most.
    """
    descriptor = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    try:
        server.add_insecure_port(f"unix:/proc/self/fd/{descriptor}/{SOCKET}")
        yield folder / SOCKET
    finally:
        os.close(descriptor)
