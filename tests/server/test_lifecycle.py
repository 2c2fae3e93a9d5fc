"""Servers as processes: how they start, stop, are killed and come back."""

import asyncio
import os
import random
import signal
import stat
import subprocess
import time
from collections.abc import Iterator

import grpc
import httpx
import pytest

from csvconverter.v1.jobs_pb2 import JOB_STATUS_QUEUED, JOB_STATUS_SUCCEEDED
from csvconverter.v1.services_pb2 import (
    ConvertRequest,
    GetJobRequest,
    ListJobsRequest,
    RunInferenceRequest,
    WatchJobRequest,
)
from server.data_folder import DataFolder
from tests.server.caller import ALL_KEY, KEYS, Caller, Refused
from tests.server.conftest import training_request
from tests.server.server_process import COMMAND, ServerProcess, environment, gone, maps, server_process, wait_until
from tests.storage.opened import open_jobs

STOP_SECONDS = 15
GONE_SECONDS = 2


def long_training(user: str, job: str):
    """Return a job that nobody can solve, with so many columns that it takes the planner all the time it has."""
    chance = random.Random(1)
    columns = [f"column {number}" for number in range(40)]
    rows = [[chance.randbytes(8).hex() for _ in columns] for _ in range(8000)]
    given, wanted = ("\n".join(map(",".join, [columns, *half])).encode() for half in (rows[:4000], rows[4000:]))
    return training_request(user, job_id=job, input_file=given, expected_output_file=wanted)


async def start_long_job(caller: Caller) -> "asyncio.Task":
    """Start a job and return a watch of it once a worker is on it."""
    await caller("StartTraining", long_training("ann", "long"))
    started = asyncio.Event()

    async def watch():
        async for update in caller.stream("WatchJob", WatchJobRequest(client_id="ann", job_id="long")):
            if update.event.HasField("agent_started"):
                started.set()

    watching = asyncio.create_task(watch())
    await asyncio.wait_for(started.wait(), 20)
    return watching


async def test_a_first_start_makes_a_key_and_tells_it_once(tmp_path):
    with server_process(tmp_path) as server:
        key_file = tmp_path / "data" / "api-key"
        assert key_file.read_text().strip() == server.told["api_key"]
        assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
        assert server.told["api_key_file"] == str(key_file)
        async with httpx.AsyncClient(base_url=f"http://{server.told['http_address']}") as rest:
            assert (await rest.get("/health")).json()["status"] == "healthy"
            assert (await rest.get("/api/v1/users/ann/jobs")).status_code == 401
            answer = await rest.get("/api/v1/users/ann/jobs", headers={"X-API-KEY": server.told["api_key"]})
            assert (answer.status_code, answer.json()) == (200, [])
        server.process.terminate()
        assert server.process.wait(STOP_SECONDS) == 0
    with server_process(tmp_path, "--no-gateway") as again:
        assert set(again.told) == {"grpc_address", "data_dir"}
        async with Caller.connected(again.address, server.told["api_key"]) as caller:
            await caller("ListJobs", ListJobsRequest(client_id="ann"))


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[ServerProcess]:
    """Start a server that nobody calls."""
    with server_process(tmp_path_factory.mktemp("running")) as server:
        yield server


def test_a_start_without_trouble_logs_nothing(running):
    assert running.log.read_text() == ""


def test_a_second_server_on_the_same_folder_is_refused(running, tmp_path):
    with server_process(tmp_path, "--no-gateway", DATA_DIR=running.told["data_dir"]) as second:
        assert second.process.wait(STOP_SECONDS) == 1
    assert f"in use by the server with process id {running.process.pid}" in second.log.read_text()
    assert "CSV_CONVERTER_DATA_DIR" in second.log.read_text()
    assert running.process.poll() is None


def test_a_port_that_is_taken_is_named(running, tmp_path):
    with server_process(tmp_path, "--no-gateway", GRPC_ADDRESS=running.address) as second:
        assert second.process.wait(STOP_SECONDS) == 1
    assert f"cannot listen at {running.address}" in second.log.read_text()


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"SANDBOX_MINIMUM": "magic"}, "CSV_CONVERTER_SANDBOX_MINIMUM"),
        ({"HTTP_ADDRESS": "no-host:8000"}, "CSV_CONVERTER_HTTP_ADDRESS"),
        ({"AGENTS": "crew"}, "OPENAI_API_KEY"),
        ({}, "database"),
    ],
)
def test_what_keeps_a_server_from_starting_is_said_in_a_line(tmp_path, settings, reason):
    (tmp_path / "data").mkdir()
    if reason == "database":
        (tmp_path / "data" / "jobs.db").write_text("this is no database, though it is long enough to look like one")
    with server_process(tmp_path, **settings) as server:
        assert server.process.wait(STOP_SECONDS) == 1
    log = server.log.read_text()
    assert log.startswith("cannot start: ")
    assert reason in log
    assert "Traceback" not in log


def test_settings_that_are_wrong_are_named_without_their_values(tmp_path):
    wrong = environment(tmp_path, MAX_WORKERS="none", GRPC_ADDRESS="nowhere", API_KEYS="secret")
    started = subprocess.run([COMMAND, "serve"], cwd=tmp_path, env=wrong, capture_output=True, text=True, check=False)
    assert started.returncode == 1
    for name in ("MAX_WORKERS", "GRPC_ADDRESS", "API_KEYS"):
        assert f"CSV_CONVERTER_{name}: " in started.stderr
    assert "secret" not in started.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_to_the_group_ends_everything_in_order(tmp_path, number):
    with server_process(tmp_path, API_KEYS=KEYS) as server:
        async with Caller.connected(server.address, ALL_KEY) as caller:
            watching = await start_long_job(caller)
            family = server.family()
            assert len(family) > 3  # workers, sandbox and gateway are among them
            assert [pid for pid in family if "cygrpc" in maps(pid)] == [server.process.pid]
            server.signal_group(number)
            with pytest.raises(Refused) as refusal:
                await asyncio.wait_for(watching, STOP_SECONDS)
            assert refusal.value.code is grpc.StatusCode.UNAVAILABLE
            assert int(refusal.value.info.metadata["after_sequence"]) > 0
        assert await asyncio.to_thread(server.process.wait, STOP_SECONDS) == 0
        assert wait_until(gone(family), GONE_SECONDS)
    jobs = await open_jobs(f"sqlite:///{tmp_path / 'data' / 'jobs.db'}")
    assert (await jobs.get("ann", "long")).job.status == JOB_STATUS_QUEUED
    await jobs.close()


async def test_a_server_whose_gateway_dies_says_so_and_ends(tmp_path):
    with server_process(tmp_path, API_KEYS=KEYS) as server:
        os.kill(server.member("/envoy"), signal.SIGKILL)
        assert await asyncio.to_thread(server.process.wait, STOP_SECONDS) == 1
        assert "the gateway ended" in server.log.read_text()


async def test_a_lost_sandbox_is_replaced(tmp_path):
    with server_process(tmp_path, "--no-gateway", API_KEYS=KEYS) as server:
        async with Caller.connected(server.address, ALL_KEY) as caller:
            job = await caller.train(training_request("ann"))
            os.kill(server.member("executor.sandbox.zygote"), signal.SIGKILL)
            request = RunInferenceRequest(user_id="ann", job_id=job.job_id, input_file=b"id,name\n1,x\n")
            assert (await caller("RunInference", request)).output_csv == b"id,Name\n1,X\n"
            assert (await caller.train(training_request("ann"))).status == JOB_STATUS_SUCCEEDED


async def test_a_second_signal_ends_a_stopping_server_at_once(tmp_path):
    with server_process(tmp_path, "--no-gateway", API_KEYS=KEYS) as server:
        async with Caller.connected(server.address, ALL_KEY) as caller:
            job = await caller.train(training_request("ann"))
            call = caller.stub.Convert(metadata=caller.metadata)
            await call.write(ConvertRequest(client_id="ann", job_id=job.job_id))  # and no more: it would wait for grace
            family = server.family()
            server.process.terminate()
            await asyncio.to_thread(wait_until, lambda: '"stopping"' in server.log.read_text(), 5)
            server.process.terminate()
            started = time.monotonic()
            assert await asyncio.to_thread(server.process.wait, STOP_SECONDS) == 1
            assert time.monotonic() - started < 2
            call.cancel()
        assert wait_until(gone(family), GONE_SECONDS)


async def test_a_killed_server_leaves_nothing_alive_and_a_new_one_takes_up_its_jobs(tmp_path):
    names = [f"job-{number}" for number in range(6)]
    with server_process(tmp_path, API_KEYS=KEYS, MAX_WORKERS=1) as server:
        async with Caller.connected(server.address, ALL_KEY) as caller:
            for name in names:
                await caller("StartTraining", training_request("ann", job_id=name))
        family = server.family()
        server.process.kill()
        assert wait_until(gone(family), GONE_SECONDS)
    scratch = DataFolder(tmp_path / "data").scratch
    assert list(scratch.glob("gateway-*"))
    with server_process(tmp_path, "--no-gateway", API_KEYS=KEYS) as server:
        assert not list(scratch.glob("gateway-*"))
        async with Caller.connected(server.address, ALL_KEY) as caller:
            for name in names:
                events = await caller.events("ann", name)
                assert [event.sequence for event in events] == list(range(1, len(events) + 1))
                job = await caller("GetJob", GetJobRequest(client_id="ann", job_id=name))
                assert job.status == JOB_STATUS_SUCCEEDED
