"""Trainings that are started more than once: by impatient callers, by many at a time, and across a restart."""

import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest

from csvconverter.v1.jobs_pb2 import JOB_STATUS_SUCCEEDED
from csvconverter.v1.services_pb2 import GetJobRequest, ListJobsRequest, WatchJobRequest
from tests.api.asking import ALL_KEY, KEYS, Api, Ask, connected, puzzle
from tests.server.conftest import training_request
from tests.server.server_process import server_process

CALLERS = 20


def jobs_of(api: Api, user: str) -> list[str]:
    [page] = api.over_grpc(Ask("ListJobs", ListJobsRequest(client_id=user)))
    return [job.job_id for job in page.jobs]


def test_one_request_id_of_many_callers_at_once_starts_one_job(api: Api, user: str) -> None:
    ask = Ask("StartTraining", training_request(user, request_id="once"))

    def start(number: int) -> str:
        return api.over_rest(ask).json()["job_id"] if number % 2 else api.over_grpc(ask)[0].job_id

    with ThreadPoolExecutor(CALLERS) as callers:
        started = set(callers.map(start, range(CALLERS)))
    assert [*started] == jobs_of(api, user)


def test_one_job_id_of_many_callers_at_once_leaves_one_whole_job(api: Api, user: str) -> None:
    def start(number: int) -> str:
        ask = Ask("StartTraining", training_request(user, job_id="mine", job_title=f"Names {number}"))
        return api.over_rest(ask).json()["job_id"] if number % 2 else api.over_grpc(ask)[0].job_id

    with ThreadPoolExecutor(CALLERS) as callers:
        assert set(callers.map(start, range(CALLERS))) == {"mine"}
    updates = api.over_grpc(Ask("WatchJob", WatchJobRequest(client_id=user, job_id="mine")))
    events = [update.event for update in updates if update.HasField("event")]
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    finished = events[-1].job_finished.job
    assert finished.status == JOB_STATUS_SUCCEEDED
    assert api.over_grpc(Ask("GetJob", GetJobRequest(client_id=user, job_id="mine"))) == [finished]
    assert jobs_of(api, user) == ["mine"]
    assert [path.name for path in (api.artifacts / user / "mine").iterdir() if path.is_dir()] == [finished.uid]


def test_a_job_is_replaced_while_it_runs(api: Api, user: str) -> None:
    api.over_grpc(Ask("StartTraining", puzzle(user, job_id="mine")))
    watch = api.stub.WatchJob(WatchJobRequest(client_id=user, job_id="mine"), metadata=(("x-api-key", ALL_KEY),))
    assert any(update.event.HasField("job_started") for update in watch)
    api.train(training_request(user, job_id="mine"))
    with pytest.raises(grpc.RpcError) as error:
        list(watch)
    assert error.value.code() is grpc.StatusCode.ABORTED
    [job] = api.over_grpc(Ask("GetJob", GetJobRequest(client_id=user, job_id="mine")))
    assert (job.status, job.job_title) == (JOB_STATUS_SUCCEEDED, "Names")


def test_a_request_id_is_remembered_across_a_restart(tmp_path: Path) -> None:
    ask = Ask("StartTraining", training_request("ann", request_id="once"))
    with server_process(tmp_path, API_KEYS=KEYS) as server, connected(server) as api:
        [first] = api.over_grpc(ask)
        server.signal_group(signal.SIGKILL)
    with server_process(tmp_path, API_KEYS=KEYS) as server, connected(server) as api:
        assert api.over_grpc(ask)[0].job_id == api.over_rest(ask).json()["job_id"] == first.job_id
        other = Ask("StartTraining", training_request("ann", request_id="once", owner="Bob"))
        assert api.refusal(other).info.reason == "REQUEST_ID_REUSED"
        assert jobs_of(api, "ann") == [first.job_id]
