import pytest

from csvconverter.v1.jobs_pb2 import JOB_STATUS_CANCELLED, JOB_STATUS_QUEUED
from csvconverter.v1.services_pb2 import (
    CancelJobRequest,
    GetQueueStatusRequest,
    ListJobMetadataRequest,
    ListJobsRequest,
)
from server.listing import READ_AT_ONCE, write_token
from tests.server.caller import Refused
from tests.server.conftest import training_request

COUNT = 5


@pytest.fixture
async def jobs(quiet, user) -> list[str]:
    """Start some jobs and return their ids, the newest first."""
    for number in range(COUNT):
        await quiet("StartTraining", training_request(user, job_id=f"job-{number}"))
    return [f"job-{number}" for number in reversed(range(COUNT))]


@pytest.mark.parametrize("size", range(1, COUNT + 2))
async def test_pages_of_any_size_show_every_job_once(quiet, user, jobs, size):
    found, token = [], ""
    while True:
        page = await quiet("ListJobs", ListJobsRequest(client_id=user, page_size=size, page_token=token))
        found += [job.job_id for job in page.jobs]
        token = page.next_page_token
        if not token:
            break
    assert found == jobs


async def test_a_page_of_large_jobs_fits_into_what_any_client_accepts(quiet, user):
    words = {f"column_{number}": "x" * 9_000 for number in range(100)}
    for number in range(COUNT):
        await quiet("StartTraining", training_request(user, job_id=f"job-{number}", column_instructions=words))
    first = await quiet("ListJobs", ListJobsRequest(client_id=user))
    second = await quiet("ListJobs", ListJobsRequest(client_id=user, page_token=first.next_page_token))
    assert [job.job_id for job in (*first.jobs, *second.jobs)] == ["job-4", "job-3", "job-2", "job-1"]


async def test_a_long_page_is_whole(quiet, user):
    ids = [f"job-{number}" for number in range(READ_AT_ONCE + 20)]
    for job_id in ids:
        await quiet("StartTraining", training_request(user, job_id=job_id))
    first = await quiet("ListJobs", ListJobsRequest(client_id=user, page_size=len(ids) - 5))
    second = await quiet("ListJobs", ListJobsRequest(client_id=user, page_token=first.next_page_token))
    assert [len(page.jobs) for page in (first, second)] == [len(ids) - 5, 5]
    assert [job.job_id for job in (*first.jobs, *second.jobs)] == ids[::-1]
    assert not second.next_page_token


async def test_jobs_can_be_picked_by_status(quiet, user, jobs):
    await quiet("CancelJob", CancelJobRequest(client_id=user, job_id="job-3"))
    for status, expected in ((JOB_STATUS_CANCELLED, ["job-3"]), (JOB_STATUS_QUEUED, [*jobs[:1], *jobs[2:]])):
        page = await quiet("ListJobs", ListJobsRequest(client_id=user, status=status))
        assert [job.job_id for job in page.jobs] == expected


async def test_a_token_belongs_to_its_list(quiet, user, jobs):
    token = (await quiet("ListJobs", ListJobsRequest(client_id=user, page_size=1))).next_page_token
    for request in (
        ListJobsRequest(client_id="other", page_token=token),
        ListJobsRequest(client_id=user, page_token=token, status=JOB_STATUS_QUEUED),
        ListJobsRequest(client_id=user, page_token=token[:-8]),
        ListJobsRequest(client_id=user, page_token="no token"),
        ListJobsRequest(client_id=user, page_token=write_token(ListJobsRequest(client_id=user), "\0")),
    ):
        with pytest.raises(Refused) as refusal:
            await quiet("ListJobs", request)
        assert refusal.value.locations == [["body", "page_token"]]


async def test_metadata_of_all_jobs_is_a_list(quiet, user, jobs):
    listed = await quiet("ListJobMetadata", ListJobMetadataRequest(client_id=user))
    assert [value.struct_value["job_id"] for value in listed.values] == jobs
    assert not (await quiet("ListJobMetadata", ListJobMetadataRequest(client_id="nobody"))).values


async def test_waiting_jobs_are_counted(quiet, user, jobs):
    status = await quiet("GetQueueStatus", GetQueueStatusRequest())
    assert status.status == "healthy"
    assert (status.queue_info.max_workers, status.queue_info.available_workers) == (2, 2)
    assert (status.queue_info.active_jobs, status.queue_info.queue_size) == (0, COUNT)
    assert status.capacity_utilization.can_accept_new_jobs
    assert status.capacity_utilization.estimated_wait_time_minutes > 0
