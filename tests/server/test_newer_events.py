"""What a worker of a later version tells is kept and passed on whole."""

from csvconverter.v1.events_pb2 import JobEvent
from csvconverter.v1.services_pb2 import WatchJobRequest
from tests.server.conftest import training_request

NEW_FIELD = b"\xba\x3e\x03new"  # field 999


async def test_an_event_of_a_newer_kind_reaches_watchers_whole(quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    claim = await quiet_server.jobs.claim("worker", 60)
    await quiet_server.jobs.append(claim, [JobEvent.FromString(NEW_FIELD)])
    updates = quiet.stream("WatchJob", WatchJobRequest(client_id=user, job_id="mine", after_sequence=2))
    async for update in updates:
        if update.WhichOneof("update") == "event":
            break
    await updates.aclose()
    assert update.event.sequence == 3
    assert update.event.WhichOneof("payload") is None
    assert NEW_FIELD in update.event.SerializeToString()
