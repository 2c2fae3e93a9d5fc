"""A server whose workers need CrewAI, in the seconds that its import takes."""

import signal
from pathlib import Path

import pytest

from csvconverter.v1.jobs_pb2 import JOB_STATUS_QUEUED, JOB_STATUS_SUCCEEDED
from csvconverter.v1.services_pb2 import CancelJobRequest, GetHealthRequest, GetJobRequest
from tests.server.caller import ALL_KEY, KEYS, Caller
from tests.server.conftest import training_request
from tests.server.server_process import gone, maps, server_process, wait_until

STOP_SECONDS, GONE_SECONDS = 15, 2
NOBODY = "http://127.0.0.1:9/v1"  # induction solves all that is asked for here
MODEL = {"OPENAI_API_KEY": "sk-hush", "OPENAI_BASE_URL": NOBODY, "AWS_SECRET_ACCESS_KEY": "sk-hush"}


def told(pid: int, name: str) -> str:
    """Return what the system says of a process."""
    return Path(f"/proc/{pid}/{name}").read_text()


async def test_calls_are_answered_and_jobs_wait_until_workers_are_warm(tmp_path):
    with server_process(tmp_path, "--no-gateway", variables=MODEL, API_KEYS=KEYS) as server:
        assert server.told["agents"] == "auto (gpt-4.1-mini)"
        async with Caller.connected(server.address, ALL_KEY) as caller:
            for job_id in ("early", "cancelled"):
                await caller("StartTraining", training_request("ann", job_id=job_id))
            job = await caller("GetJob", GetJobRequest(client_id="ann", job_id="early"))
            assert job.status == JOB_STATUS_QUEUED
            await caller("CancelJob", CancelJobRequest(client_id="ann", job_id="cancelled"))
            assert (await caller("GetHealth", GetHealthRequest())).agents == "auto (gpt-4.1-mini)"
            assert "pydantic_core" not in maps(server.member("forkserver"))
            events = await caller.events("ann", "early")
            assert events[-1].job_finished.job.status == JOB_STATUS_SUCCEEDED
        others = server.family() - {server.process.pid}
        assert all("sk-hush" not in told(pid, "environ") + told(pid, "cmdline") for pid in others)
        assert "sk-hush" not in told(server.process.pid, "cmdline")
        assert "sk-hush" not in server.log.read_text()
        assert "error" not in server.log.read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_ends_meanwhile_leaves_nothing(tmp_path, number):
    with server_process(tmp_path, "--no-gateway", variables=MODEL) as server:
        family = server.family()
        assert server.member("forkserver") in family
        server.process.send_signal(number)
        server.process.wait(STOP_SECONDS)
        assert wait_until(gone(family), GONE_SECONDS)
