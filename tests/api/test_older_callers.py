"""Callers of another version: older ones that know less than the server, and newer ones that say more."""

from collections.abc import Iterator

import grpc
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from csvconverter.v1.jobs_pb2 import Job
from csvconverter.v1.services_pb2 import GetJobRequest, ListJobsRequest, RunInferenceRequest, WatchJobRequest
from gateway.contract import SERVICE, descriptor_set
from tests.api.asking import ALL_KEY, PATIENCE, Api, Ask
from tests.server.conftest import EXPECTED, INPUT, training_request

LATER = {
    "Job": {"metrics", "ambiguities", "uid", "input_format", "expected_format"},
    "JobEvent": {"agent_progress", "plan_proposed", "script_tested", "log_emitted"},
    "TestReport": {"checks", "sandbox_layers"},
    "WatchJobRequest": {"job_uid"},
    "WatchJobResponse": {"heartbeat", "interrupted"},
    "StartTrainingRequest": {"input_upload", "expected_output_upload"},
    "RunInferenceRequest": {"input_upload"},
    "RunInferenceResponse": {"rows", "seconds", "warnings", "output_url", "output_url_expires_at"},
}
"""What an older contract did not have yet."""
NEW_FIELD = b"\xba\x3e\x03new"  # field 999


class OlderCaller:
    """Calls the service with messages of an older contract."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.channel = channel
        self.pool = DescriptorPool()
        for file in FileDescriptorSet.FromString(descriptor_set()).file:
            for message in file.message_type:
                kept = [field for field in message.field if field.name not in LATER.get(message.name, ())]
                del message.field[:]
                message.field.extend(kept)
                choices = [field.oneof_index for field in kept if field.HasField("oneof_index")]
                del message.oneof_decl[1 + max(choices, default=-1) :]  # what an optional field had to itself
            self.pool.Add(file)

    def __call__(self, method: str, request: Message) -> list[Message]:
        """Send a request, as far as the older contract knows it, and return the answers."""
        called = SERVICE.methods_by_name[method]
        older_request = self.message(called.input_type.full_name)(
            **{field.name: value for field, value in request.ListFields()}
        )
        answers = self.channel.unary_stream(
            f"/{SERVICE.full_name}/{method}",
            request_serializer=type(older_request).SerializeToString,
            response_deserializer=self.message(called.output_type.full_name).FromString,
        )
        return list(answers(older_request, metadata=(("x-api-key", ALL_KEY),), timeout=PATIENCE))

    def message(self, name: str) -> type[Message]:
        return GetMessageClass(self.pool.FindMessageTypeByName(name))


@pytest.fixture(params=["server", "gateway"])
def channel(request: pytest.FixtureRequest, api: Api) -> Iterator[grpc.Channel]:
    address = api.server.address if request.param == "server" else api.server.told["http_address"]
    with grpc.insecure_channel(address) as found:
        yield found


def test_an_older_caller_trains_watches_and_converts(channel: grpc.Channel, user: str) -> None:
    call = OlderCaller(channel)
    [started] = call("StartTraining", training_request(user, job_id="names"))
    assert started.job_id == "names"
    events = [update.event for update in call("WatchJob", WatchJobRequest(client_id=user, job_id="names"))]
    told = [event for event in events if event.sequence]
    assert [event.sequence for event in told] == list(range(1, len(told) + 1))
    assert {"job_queued", "script_written", None} <= {event.WhichOneof("payload") for event in told}
    [inference] = call("RunInference", RunInferenceRequest(user_id=user, job_id="names", input_file=INPUT))
    assert inference.output_csv == EXPECTED
    [page] = call("ListJobs", ListJobsRequest(client_id=user))
    assert [job.job_id for job in page.jobs] == ["names"]


def test_what_an_older_caller_does_not_know_survives_in_its_hands(
    channel: grpc.Channel, api: Api, trained: str
) -> None:
    request = GetJobRequest(client_id=trained, job_id="names")
    [older] = OlderCaller(channel)("GetJob", request)
    [job] = api.over_grpc(Ask("GetJob", request))
    assert not set(MessageToDict(older)) & {"metrics", "uid"}
    assert Job.FromString(older.SerializeToString()) == job


def test_what_a_newer_caller_says_on_top_is_tolerated(channel: grpc.Channel, user: str) -> None:
    request = training_request(user).SerializeToString() + NEW_FIELD
    call = channel.unary_unary(f"/{SERVICE.full_name}/StartTraining")
    assert call(request, metadata=(("x-api-key", ALL_KEY),), timeout=PATIENCE)


def test_what_a_newer_rest_caller_says_on_top_is_tolerated(api: Api, user: str) -> None:
    body = Ask("StartTraining", training_request(user)).http()[2]["json"]
    body |= {"colour": "blue", "shape": {"corners": [3, 4]}}
    answer = api.rest.post("/api/v1/train", json=body, headers={"X-API-KEY": ALL_KEY})
    assert answer.status_code == 202
