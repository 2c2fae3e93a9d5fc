"""The REST surface keeps what openapi.json says, whatever is sent: asked by schemathesis through the gateway."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gateway.openapi.examples import REQUESTS
from tests.server.server_process import server_process

ROOT = Path(__file__).parents[2]
CONFIG = Path(__file__).with_name("schemathesis.toml")
SCHEMATHESIS = [Path(sys.executable).with_name("st"), "--config-file", CONFIG, "run", "--no-color"]
KEY = "the-key"
AT_ONCE = 3


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Start a server that has a trained job, and gives up early on files from which nothing can be learned."""
    settings = {"API_KEYS": f"{KEY}=*", "MAX_WORKERS": 2, "INDUCTION_SECONDS": 2}
    with server_process(tmp_path, **settings) as server:
        address = f"http://{server.told['http_address']}"
        with httpx.Client(base_url=address, headers={"X-API-KEY": KEY}, timeout=60) as rest:
            rest.post("/api/v1/train", json=REQUESTS["StartTraining"] | {"user_id": "kept"}).raise_for_status()
            assert "JOB_STATUS_SUCCEEDED" in rest.get("/api/v1/kept/people/events").text
        yield address


def started(address: str, folder: Path, *options: str) -> subprocess.Popen[str]:
    """Start schemathesis; it leaves its findings in the folder."""
    folder.mkdir()
    command = [*SCHEMATHESIS, f"{address}/openapi.json", f"--header=X-API-KEY:{KEY}", *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def calls_without_findings(run: subprocess.Popen[str]) -> int:
    """Wait for the end, and return how many calls were made."""
    told, _ = run.communicate()
    assert run.returncode == 0, told
    return int(re.search(r"(\d+) generated", told)[1])


def test_hundreds_of_calls_keep_to_the_document(address: str, tmp_path: Path) -> None:
    run = started(address, tmp_path / "run", "--max-examples=10", "--generation-deterministic")
    assert calls_without_findings(run) > 300


@pytest.mark.long
def test_thousands_of_calls_keep_to_the_document(address: str, tmp_path: Path) -> None:
    runs = [started(address, tmp_path / str(number), "--max-examples=200") for number in range(AT_ONCE)]
    assert sum(map(calls_without_findings, runs)) > 3000
