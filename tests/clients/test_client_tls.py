"""Connections with TLS: whose certificate is trusted, and what is said when it is not."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
import pytest_asyncio

from csvconverter.address import is_encrypted
from csvconverter.client import ConverterClient
from csvconverter.errors import ConverterError
from csvconverter.tls import Tls
from csvconverter.v1.services_pb2_grpc import add_ConversionServiceServicer_to_server
from gateway.config import Tls as ServerTls
from server.tls import server_credentials
from tests.certificates import Authority
from tests.clients.conftest import Run
from tests.clients.scripted_service import KEY, ScriptedService


@dataclass
class EncryptedServer:
    """A server that speaks TLS, and asks callers for a certificate on a port of its own."""

    authority: Authority
    address: str
    mutual_address: str


@pytest_asyncio.fixture
async def encrypted(service: ScriptedService, tmp_path: Path) -> AsyncIterator[EncryptedServer]:
    authority = Authority(tmp_path)
    issued = authority.issue("server")
    server = grpc.aio.server()
    add_ConversionServiceServicer_to_server(service, server)
    files = ServerTls(issued.certificate, issued.key)
    mutual = ServerTls(issued.certificate, issued.key, authority.certificate)
    ports = [server.add_secure_port("127.0.0.1:0", server_credentials(tls)) for tls in (files, mutual)]
    await server.start()
    yield EncryptedServer(authority, *(f"localhost:{port}" for port in ports))
    await server.stop(0)


async def test_a_trusted_server_is_talked_to(encrypted: EncryptedServer) -> None:
    async with ConverterClient(encrypted.address, api_key=KEY, tls=Tls(encrypted.authority.certificate)) as client:
        assert (await client.get_health()).status == "healthy"


async def test_a_server_that_nobody_trusted_signed_is_not(encrypted: EncryptedServer) -> None:
    async with ConverterClient(f"https://{encrypted.address}", api_key=KEY) as client:
        with pytest.raises(ConverterError) as refusal:
            await client.get_health()
    assert refusal.value.code is grpc.StatusCode.UNAVAILABLE


async def test_a_server_that_asks_for_a_certificate_gets_one(encrypted: EncryptedServer) -> None:
    authority, caller = encrypted.authority.certificate, encrypted.authority.issue("caller")
    async with ConverterClient(encrypted.mutual_address, tls=Tls(authority, caller.certificate, caller.key)) as client:
        assert (await client.get_health()).status == "healthy"
    async with ConverterClient(encrypted.mutual_address, tls=Tls(authority)) as client:
        with pytest.raises(ConverterError):
            await client.get_health()


@pytest.mark.parametrize(
    ("address", "encrypted"),
    [
        ("127.0.0.1:1", False),
        ("http://[::1]:1", False),
        ("https://127.0.0.1:1", True),
        ("converter.example:1", True),
        ("http://converter.example:1", False),
    ],
)
def test_a_key_goes_to_other_machines_only_in_secret(address: str, encrypted: bool) -> None:
    assert is_encrypted(address) is encrypted


async def test_the_command_line_names_files(encrypted: EncryptedServer, run: Run) -> None:
    authority, caller = encrypted.authority.certificate, encrypted.authority.issue("caller")
    files = {"CSV_CONVERTER_CLIENT_CERT": str(caller.certificate), "CSV_CONVERTER_CLIENT_KEY": str(caller.key)}
    jobs = await run("jobs", "--address", encrypted.mutual_address, "--ca", str(authority), **files)
    assert (jobs.code, jobs.err) == (0, "")


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--address", "https://{encrypted}"], 3, "--ca"),
        (["--address", "https://{clear}"], 3, "http://"),
        (["--address", "{mutual}", "--ca", "{file}"], 3, "--client-cert"),
        (["--address", "http://{encrypted}"], 3, "https://"),
        (["--ca", "nowhere.pem"], 2, "nowhere.pem"),
        (["--client-cert", "{file}"], 2, "--client-key"),
    ],
)
async def test_the_command_line_says_what_is_wrong(
    encrypted: EncryptedServer, address: str, run: Run, options: list[str], code: int, said: str
) -> None:
    places = {"encrypted": encrypted.address, "clear": address, "mutual": encrypted.mutual_address}
    places["file"] = str(encrypted.authority.certificate)
    jobs = await run("jobs", *(option.format(**places) for option in options))
    assert jobs.code == code
    assert said in jobs.err
