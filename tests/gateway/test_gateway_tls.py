"""The HTTP port with TLS: who is let in, by which protocol, and with which certificate after a renewal."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import grpc.aio
import httpx
import pytest
import pytest_asyncio

from csvconverter.v1 import services_pb2
from csvconverter.v1.services_pb2_grpc import ConversionServiceStub
from gateway.config import GatewayOptions, Tls
from gateway.launcher import Gateway, until
from tests.certificates import Authority

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def trusting(authority: Authority) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority.certificate))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mutual(server: Path, authority: Authority) -> AsyncIterator[Gateway]:
    """Run a gateway that asks its callers for a certificate."""
    issued = authority.issue("server")
    tls = Tls(issued.certificate, issued.key, authority.certificate)
    running = await Gateway.start(GatewayOptions("127.0.0.1:0", server, tls=tls))
    yield running
    await running.stop()


async def test_a_caller_with_a_certificate_is_let_in(mutual: Gateway, authority: Authority) -> None:
    caller, context = authority.issue("caller"), trusting(authority)
    context.load_cert_chain(caller.certificate, caller.key)
    async with httpx.AsyncClient(verify=context) as client:
        assert (await client.get(f"https://localhost:{mutual.port}/health")).status_code == 200
    files = (authority.certificate, caller.key, caller.certificate)
    credentials = grpc.ssl_channel_credentials(*(file.read_bytes() for file in files))
    async with grpc.aio.secure_channel(f"localhost:{mutual.port}", credentials) as channel:
        health = await ConversionServiceStub(channel).GetHealth(services_pb2.GetHealthRequest())
        assert health.status == "healthy"


async def test_a_caller_without_a_certificate_is_not(mutual: Gateway, authority: Authority) -> None:
    async with httpx.AsyncClient(verify=trusting(authority)) as client:
        with pytest.raises((httpx.TransportError, ssl.SSLError)):  # the second where the alert comes late
            await client.get(f"https://localhost:{mutual.port}/health")


async def test_nobody_is_let_in_in_the_clear(mutual: Gateway) -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.TransportError):
            await client.get(f"http://localhost:{mutual.port}/health")


async def test_a_renewed_certificate_is_shown_without_a_restart(
    server: Path, authority: Authority, tmp_path: Path
) -> None:
    files = tmp_path / "certificate.pem", tmp_path / "key.pem"
    put(authority, "first", *files)
    gateway = await Gateway.start(GatewayOptions("127.0.0.1:0", server, tls=Tls(*files)))
    first = await shown(gateway, authority)
    put(authority, "second", *files)

    async def renewed() -> bool:
        return await shown(gateway, authority) != first

    assert await until(renewed, 10)
    await gateway.stop()


def put(authority: Authority, name: str, certificate: Path, key: Path) -> None:
    """Rename a new certificate and its key into place."""
    issued = authority.issue(name)
    issued.key.rename(key)
    issued.certificate.rename(certificate)


async def shown(gateway: Gateway, authority: Authority) -> bytes:
    """Return the certificate that a new connection sees."""
    _, writer = await asyncio.open_connection("localhost", gateway.port, ssl=trusting(authority))
    certificate: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    return certificate
