"""A server of a later version says more than this client knows; what it knows it goes on showing."""

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from rich.console import Console

from csvconverter.cli.live import LiveView
from csvconverter.client import ConverterClient
from csvconverter.v1 import services_pb2 as messages
from csvconverter.v1.events_pb2 import JobEvent
from csvconverter.v1.jobs_pb2 import JobStatus
from tests.clients.conftest import Run
from tests.clients.scripted_service import KEY, Context, ScriptedService
from tests.clients.stories import JOB, failure, finished_job, success

NEW_FIELD = b"\xba\x3e\x03new"  # field 999
NEW_VALUE = 42
NEW_KIND = 5  # the sequence number of an event whose kind the client does not know
EVENTS = len(success())


def newer(message: Any, keep: frozenset[str] = frozenset()) -> Any:
    """Return a message as a later version might send it: a field more in each message, other values in each enum."""
    found = type(message).FromString(message.SerializeToString() + NEW_FIELD)
    for field, value in found.ListFields():
        if field.type == FieldDescriptor.TYPE_ENUM and field.name not in keep:
            setattr(found, field.name, NEW_VALUE)
        elif isinstance(value, Message):
            value.CopyFrom(newer(value, keep))
        elif field.type == FieldDescriptor.TYPE_MESSAGE and not field.message_type.GetOptions().map_entry:
            changed = [newer(item, keep) for item in value]
            found.ClearField(field.name)
            getattr(found, field.name).extend(changed)
    return found


def newer_story(story: list[JobEvent], keep: frozenset[str] = frozenset()) -> list[JobEvent]:
    events = [newer(event, keep) for event in story]
    events[NEW_KIND - 1].ClearField(events[NEW_KIND - 1].WhichOneof("payload"))
    return events


class NewerService(ScriptedService):
    """Tells updates of a newer kind between the others."""

    async def WatchJob(  # noqa: N802 -- the contract names the methods
        self, request: messages.WatchJobRequest, context: Context
    ) -> AsyncIterator[messages.WatchJobResponse]:
        async for update in super().WatchJob(request, context):
            yield messages.WatchJobResponse.FromString(NEW_FIELD)
            yield update


@pytest.fixture
def service() -> ScriptedService:
    return NewerService(newer_story(success(), keep=frozenset({"status"})))


async def test_a_watch_goes_on_past_what_is_new(address: str) -> None:
    async with ConverterClient(address, api_key=KEY) as client:
        seen = [event async for event in client.watch("default", JOB)]
    assert [event.sequence for event in seen] == list(range(1, EVENTS + 1))
    assert seen[NEW_KIND - 1].WhichOneof("payload") is None
    assert NEW_FIELD in seen[0].SerializeToString()


async def test_a_pipe_gets_the_events_that_are_known(run: Run) -> None:
    ran = await run("watch", JOB)
    assert (ran.code, ran.err) == (0, "")
    assert [int(line.split()[1]) for line in ran.out.splitlines()] == [n for n in range(1, EVENTS + 1) if n != NEW_KIND]


async def test_programs_get_every_event_and_new_values_as_numbers(run: Run) -> None:
    ran = await run("watch", JOB, "--json")
    assert (ran.code, ran.err) == (0, "")
    events = [json.loads(line) for line in ran.out.splitlines()]
    assert [event["sequence"] for event in events] == list(range(1, EVENTS + 1))
    assert events[9]["script_tested"]["report"]["verdict"] == str(NEW_VALUE)


@pytest.mark.parametrize("story", [success(), failure()])
def test_a_terminal_shows_the_events_that_are_known(story: list[JobEvent]) -> None:
    screen = io.StringIO()
    with LiveView(Console(file=screen, force_terminal=True)) as view:
        for event in newer_story(story):
            view.show(event)
    assert "Iteration 1" in screen.getvalue()


async def test_a_job_that_ended_in_a_new_way_has_not_succeeded(run: Run, service: ScriptedService) -> None:
    service.story = newer_story(success())
    assert finished_job(service.story).status not in JobStatus.values()
    ran = await run("watch", JOB)
    assert ran.code == 1
    assert ran.out.splitlines()[-1].split()[3:5] == ["job_finished", f"{NEW_VALUE}:"]


@pytest.mark.parametrize(
    "command", [["jobs"], ["jobs", "--json"], ["show", JOB], ["show", JOB, "--json"], ["cancel", JOB]]
)
async def test_jobs_are_shown_whatever_is_new_about_them(
    run: Run, service: ScriptedService, command: list[str]
) -> None:
    service.story = newer_story(success())
    ran = await run(*command)
    assert ran.code == 0, ran.err
    assert ran.out
