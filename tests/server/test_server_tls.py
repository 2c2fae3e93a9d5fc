"""TLS on both ports of a whole server, and what keeps it from starting."""

import ssl
from pathlib import Path

import grpc
import httpx
import pytest

from csvconverter.client import ConverterClient
from csvconverter.errors import ConverterError
from csvconverter.tls import Tls as ClientTls
from gateway.config import Tls
from server.tls import TlsUnusable, checked, server_credentials
from tests.certificates import Authority
from tests.server.caller import ALL_KEY, KEYS
from tests.server.server_process import server_process


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    (tmp_path / "certificates").mkdir()
    return Authority(tmp_path / "certificates")


async def test_both_ports_speak_tls(tmp_path, authority):
    issued = authority.issue("server")
    files = {"CERT": issued.certificate, "KEY": issued.key}
    settings = {f"{port}_TLS_{name}": file for port in ("GRPC", "HTTP") for name, file in files.items()}
    with server_process(tmp_path, API_KEYS=KEYS, **settings) as server:
        port = server.told["http_address"].rpartition(":")[2]
        trusted = ssl.create_default_context(cafile=str(authority.certificate))
        async with httpx.AsyncClient(verify=trusted, headers={"x-api-key": ALL_KEY}) as client:
            assert (await client.get(f"https://localhost:{port}/api/v1/users/ann/jobs")).json() == []
        for address in (server.address, f"127.0.0.1:{port}"):
            async with ConverterClient(address, api_key=ALL_KEY, tls=ClientTls(authority.certificate)) as client:
                assert [job async for job in client.list_jobs("ann")] == []
            async with ConverterClient(address, api_key=ALL_KEY) as client:
                with pytest.raises(ConverterError):
                    await client.get_health()


async def test_a_renewed_certificate_is_shown_to_grpc_callers(tmp_path, authority):
    old, new = authority.issue("old"), Authority(tmp_path).issue("new")
    server = grpc.aio.server()
    port = server.add_secure_port("127.0.0.1:0", server_credentials(Tls(old.certificate, old.key)))
    await server.start()
    trusted = grpc.ssl_channel_credentials(authority.certificate.read_bytes())
    assert await connects(port, trusted)
    new.key.rename(old.key)
    assert await connects(port, trusted)  # the new key does not fit to the old certificate
    new.certificate.rename(old.certificate)
    assert not await connects(port, trusted)
    assert await connects(port, grpc.ssl_channel_credentials((tmp_path / "authority.pem").read_bytes()))
    await server.stop(0)


async def connects(port: int, credentials: grpc.ChannelCredentials) -> bool:
    """Tell whether a new connection trusts the server."""
    async with grpc.aio.secure_channel(f"localhost:{port}", credentials, [("grpc.use_local_subchannel_pool", 1)]) as to:
        call = to.unary_unary("/none/None")(b"")
        return await call.code() is grpc.StatusCode.UNIMPLEMENTED


def test_no_files_mean_no_tls():
    assert checked("GRPC", None, None, None) is None


@pytest.mark.parametrize(
    ("certificate", "key", "ca", "said"),
    [
        ("good", None, None, "needs both CSV_CONVERTER_HTTP_TLS_CERT and CSV_CONVERTER_HTTP_TLS_KEY"),
        (None, None, "good", "needs both"),
        ("nowhere", "good", None, "CSV_CONVERTER_HTTP_TLS_CERT: cannot read .*nowhere: No such file"),
        ("good", "folder", None, "CSV_CONVERTER_HTTP_TLS_KEY: cannot read .*folder: Is a directory"),
        ("good", "other", None, "_CERT and CSV_CONVERTER_HTTP_TLS_KEY: the key is that of another"),
        ("empty", "good", None, "wanted a certificate and its key in PEM"),
        ("good", "good", "empty", "CSV_CONVERTER_HTTP_TLS_CLIENT_CA: .*empty holds no certificate"),
    ],
)
def test_files_that_cannot_be_used_are_named(authority, tmp_path, certificate, key, ca, said):
    good, other = authority.issue("good"), authority.issue("other")
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    files = {name: tmp_path / name for name in ("nowhere", "folder", "empty")} | {None: None}
    certificates = files | {"good": good.certificate}
    keys = files | {"good": good.key, "other": other.key}
    with pytest.raises(TlsUnusable, match=said):
        checked("HTTP", certificates[certificate], keys[key], certificates[ca])


def test_a_server_with_such_files_says_so_in_a_line(tmp_path):
    with server_process(tmp_path, HTTP_TLS_CERT=tmp_path / "nowhere.pem", HTTP_TLS_KEY=tmp_path / "key.pem") as server:
        assert server.process.wait(15) == 1
    assert server.log.read_text().startswith("cannot start: CSV_CONVERTER_HTTP_TLS_CERT: cannot read ")
