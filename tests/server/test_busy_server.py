"""A server whose queue is long converts files as if there were none."""

import asyncio

from csvconverter.v1.services_pb2 import GetQueueStatusRequest, RunInferenceRequest
from server.main import running_server
from tests.server.caller import ALL_KEY, Caller
from tests.server.conftest import settings_for, training_request

TRAININGS = 100
NEW, CONVERTED = b"id,name\n011, EVE\n", b"id,Name\n011,Eve\n"


async def waiting(caller: Caller) -> int:
    return (await caller("GetQueueStatus", GetQueueStatusRequest())).queue_info.queue_size


async def test_conversions_are_done_before_trainings_that_were_there_first(tmp_path):
    async with (
        running_server(settings_for(tmp_path), with_gateway=False) as server,
        Caller.connected(str(server.grpc_address), ALL_KEY) as caller,
    ):
        learned = await caller.train(training_request("learner"))
        trainings = [caller("StartTraining", training_request(f"trainer-{number}")) for number in range(TRAININGS)]
        await asyncio.gather(*trainings)
        before = await waiting(caller)
        assert before > TRAININGS / 2

        conversion = RunInferenceRequest(user_id="learner", job_id=learned.job_id, input_file=NEW)
        answers = await asyncio.gather(*(caller("RunInference", conversion) for _ in range(5)))
        assert {answer.output_csv for answer in answers} == {CONVERTED}
        assert await waiting(caller) > before / 2
