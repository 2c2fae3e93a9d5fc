import asyncio

import grpc
import pytest

from csvconverter.v1.jobs_pb2 import JOB_STATUS_CANCELLED, JOB_STATUS_QUEUED, JOB_STATUS_SUCCEEDED
from csvconverter.v1.services_pb2 import (
    CancelJobRequest,
    DeleteJobRequest,
    DeleteUserRequest,
    GetArtifactRequest,
    GetJobMetadataRequest,
    GetJobRequest,
    ListJobMetadataRequest,
    ListJobsRequest,
)
from server.main import running_server
from tests.server.caller import ALL_KEY, Caller, Refused
from tests.server.conftest import EXPECTED, INPUT, settings_for, training_request

session = pytest.mark.asyncio(loop_scope="session")


@session
async def test_a_job_learns_and_its_files_can_be_fetched(caller, user):
    job = await caller.train(training_request(user, column_instructions={"Name": "title case", "id": ""}))
    assert job.status == JOB_STATUS_SUCCEEDED
    assert job.column_instructions == {"Name": "title case", "id": "SAME AS INPUT"}
    assert set(job.artifacts) >= {"input.csv", "expected.csv", "script.py", "plan.json", "report.json", "output.csv"}
    files = {
        name: await caller.bytes("GetArtifact", GetArtifactRequest(client_id=user, job_id=job.job_id, name=name))
        for name in job.artifacts
    }
    assert files["input.csv"] == INPUT
    assert files["output.csv"] == files["expected.csv"] == EXPECTED
    assert b"import pandas as pd" in files["script.py"]


@session
async def test_an_artifact_comes_with_its_name_and_type(caller, user):
    job = await caller.train(training_request(user))
    request = GetArtifactRequest(client_id=user, job_id=job.job_id, name="script.py")
    call = caller.stub.GetArtifact(request, metadata=caller.metadata)
    assert dict(await call.initial_metadata())["content-disposition"] == 'attachment; filename="script.py"'
    assert (await call.read()).content_type == "text/x-python; charset=utf-8"


@pytest.mark.parametrize("length", [350_000, pytest.param(1_000_000, marks=pytest.mark.long)])
async def test_names_of_any_length_reach_a_client_with_default_limits(tmp_path, user, length):
    name = b"n" * length  # it stands in a job many times, which would be more than a client takes
    given = name + b",city\n ada,x1\nbob ,y7\ncarl,z3\n"
    wanted = name + b",city\nAda,qv\nBob,kw\nCarl,mm\n"  # the city cannot be explained, so that there is feedback
    async with (
        running_server(settings_for(tmp_path), with_gateway=False) as server,
        Caller.connected(str(server.grpc_address), ALL_KEY) as caller,
    ):
        request = training_request(user, job_id="mine", input_file=given, expected_output_file=wanted)
        job = await caller.train(request)
        assert await caller("GetJob", GetJobRequest(client_id=user, job_id="mine")) == job
        assert list((await caller("ListJobs", ListJobsRequest(client_id=user))).jobs) == [job]
        assert await caller("GetJobMetadata", GetJobMetadataRequest(client_id=user, job_id="mine"))
        script = await caller.bytes("GetArtifact", GetArtifactRequest(client_id=user, job_id="mine", name="script.py"))
        assert name in script


async def test_a_file_that_is_deleted_during_the_call_is_not_there(quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    stored = await quiet_server.jobs.get(user, "mine")
    await quiet_server.artifacts.remove([stored.life_folder + "input.csv"])
    with pytest.raises(Refused) as refusal:
        await quiet.bytes("GetArtifact", GetArtifactRequest(client_id=user, job_id="mine", name="input.csv"))
    assert refusal.value.info.reason == "ARTIFACT_NOT_FOUND"


async def test_a_repeated_request_id_starts_one_job(quiet, user):
    request = training_request(user, request_id="once")
    first, second = await quiet("StartTraining", request), await quiet("StartTraining", request)
    assert (first.status, first.job_id) == (JOB_STATUS_QUEUED, second.job_id)
    assert len((await quiet("ListJobMetadata", ListJobMetadataRequest(client_id=user))).values) == 1


async def test_repeating_a_request_leaves_no_files_behind(quiet, quiet_server, user):
    for _ in range(2):
        started = await quiet("StartTraining", training_request(user, request_id="once"))
    jobs = [path.name for path in (quiet_server.settings.data_dir / "artifacts" / user).iterdir()]
    assert jobs == [started.job_id]


async def test_a_replaced_job_begins_a_new_life(quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    old = await quiet_server.jobs.get(user, "mine")
    await quiet("StartTraining", training_request(user, job_id="mine", job_title="Again"))
    assert (await quiet("GetJob", GetJobRequest(client_id=user, job_id="mine"))).job_title == "Again"
    assert not (quiet_server.settings.data_dir / "artifacts" / old.life_folder).exists()
    metadata = await quiet("GetJobMetadata", GetJobMetadataRequest(client_id=user, job_id="mine"))
    assert metadata["job_title"] == "Again"


async def test_a_caller_who_leaves_at_once_leaves_no_job_by_halves(quiet, quiet_server, user):
    for turns in range(1, 40):
        starting = asyncio.create_task(quiet("StartTraining", training_request(user, job_id="mine")))
        for _ in range(turns):
            await asyncio.sleep(0)
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
    await quiet("StartTraining", training_request(user))  # waits for the others, which change the same user's jobs
    if stored := await quiet_server.jobs.get(user, "mine"):
        pieces = quiet_server.artifacts.read(stored.life_folder + "expected.csv")
        assert b"".join([piece async for piece in pieces]) == EXPECTED


async def test_starting_one_job_many_times_at_once_leaves_one_whole_job(quiet, quiet_server, user):
    requests = [training_request(user, job_id="mine", job_title=f"Job {number}") for number in range(8)]
    await asyncio.gather(*(quiet("StartTraining", request) for request in requests))
    stored = await quiet_server.jobs.get(user, "mine")
    assert b"".join([piece async for piece in quiet_server.artifacts.read(stored.life_folder + "input.csv")]) == INPUT
    lives = [path for path in (quiet_server.settings.data_dir / "artifacts" / user / "mine").iterdir() if path.is_dir()]
    assert len(lives) == 1


async def test_deleting_leaves_nothing_and_can_be_repeated(quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    for _ in range(2):
        await quiet("DeleteJob", DeleteJobRequest(user_id=user, job_id="mine"))
    assert not (quiet_server.settings.data_dir / "artifacts" / user).exists()
    assert not (await quiet("GetJobMetadata", GetJobMetadataRequest(client_id=user, job_id="mine"))).fields


async def test_deleting_a_user_spares_the_others(quiet, user):
    for owner in (user, f"{user}-too"):
        await quiet("StartTraining", training_request(owner, job_id="mine"))
    for _ in range(2):
        await quiet("DeleteUser", DeleteUserRequest(user_id=user))
    with pytest.raises(Refused) as refusal:
        await quiet("GetJob", GetJobRequest(client_id=user, job_id="mine"))
    assert refusal.value.code is grpc.StatusCode.NOT_FOUND
    assert await quiet("GetJob", GetJobRequest(client_id=f"{user}-too", job_id="mine"))


async def test_a_cancelled_job_stays_cancelled(quiet, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    request = CancelJobRequest(client_id=user, job_id="mine")
    first, second = await quiet("CancelJob", request), await quiet("CancelJob", request)
    assert first.status == JOB_STATUS_CANCELLED
    assert first == second
    metadata = await quiet("GetJobMetadata", GetJobMetadataRequest(client_id=user, job_id="mine"))
    assert metadata["status"] == "CANCELLED"


async def test_both_unreadable_files_are_named(quiet, user):
    with pytest.raises(Refused) as refusal:
        await quiet("StartTraining", training_request(user, input_file=b"a,b\n", expected_output_file=b"\x00\x01"))
    assert refusal.value.info.reason == "CSV_INVALID"
    assert refusal.value.locations == [["body", "input_file"], ["body", "expected_output_file"]]
    assert "only a header" in refusal.value.message
    assert "binary" in refusal.value.message
