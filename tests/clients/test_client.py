import asyncio
import io
import socket

import grpc
import pytest

from csvconverter import client as client_module
from csvconverter.client import ConverterClient
from csvconverter.errors import ConverterError
from tests.clients.conftest import serve
from tests.clients.scripted_service import KEY, ScriptedService
from tests.clients.stories import JOB, SCRIPT, success

USER = "default"
EVERY_EVENT = list(range(1, len(success()) + 1))


async def test_watch_tells_every_event_and_ends_with_the_job(address: str) -> None:
    async with ConverterClient(address, api_key=KEY) as client:
        seen = [event.sequence async for event in client.watch(USER, JOB)]
    assert seen == EVERY_EVENT


async def test_watch_resumes_after_the_event_that_was_seen(address: str) -> None:
    async with ConverterClient(address, api_key=KEY) as client:
        seen = [event.sequence async for event in client.watch(USER, JOB, after_sequence=5)]
    assert seen == EVERY_EVENT[5:]


@pytest.mark.parametrize("cut", [1, 4, len(EVERY_EVENT) - 1])
async def test_watch_outlives_the_server_and_neither_misses_nor_repeats_an_event(
    service: ScriptedService, cut: int
) -> None:
    service.hold_after = cut
    server, port = await serve(service)
    lost = asyncio.Event()
    async with ConverterClient(f"127.0.0.1:{port}", api_key=KEY) as client:
        seen: list[int] = []

        async def watch() -> None:
            async for event in client.watch(USER, JOB, on_lost=lambda _: lost.set()):
                seen.append(event.sequence)

        watching = asyncio.create_task(watch())
        await asyncio.wait_for(service.holding.wait(), 10)
        await server.stop(0)
        await asyncio.wait_for(lost.wait(), 10)
        service.hold_after = None
        server, _ = await serve(service, port)
        await asyncio.wait_for(watching, 20)
        await server.stop(0)
    assert seen == EVERY_EVENT


async def test_watch_goes_on_in_the_life_of_the_job_that_it_has_seen(service: ScriptedService, address: str) -> None:
    uid = "life-1"
    service.story[0].job_queued.job_uid = uid
    service.interrupt_after = 3
    async with ConverterClient(address, api_key=KEY) as client:
        seen = [event.sequence async for event in client.watch(USER, JOB)]
    assert seen == EVERY_EVENT
    assert [(request.after_sequence, request.job_uid) for request in service.requests] == [(0, ""), (3, uid)]


async def test_watch_of_a_job_that_was_replaced_is_over(service: ScriptedService, address: str) -> None:
    service.replaced = True
    async with ConverterClient(address, api_key=KEY) as client:
        with pytest.raises(ConverterError) as caught:
            await anext(client.watch(USER, JOB, after_sequence=3, job_uid="life-1"))
    assert caught.value.reason == "JOB_REPLACED"


async def test_watch_gives_up_after_the_stated_time() -> None:
    async with ConverterClient(f"127.0.0.1:{free_port()}", api_key=KEY) as client:
        with pytest.raises(ConverterError) as caught:
            async with asyncio.timeout(10):
                await anext(client.watch(USER, JOB, give_up_after=0.5))
    assert caught.value.code is grpc.StatusCode.UNAVAILABLE


async def test_a_server_that_never_answered_is_told_at_once() -> None:
    async with (
        ConverterClient(f"127.0.0.1:{free_port()}") as client,
        asyncio.timeout(client_module.RESTART_SECONDS / 2),
    ):
        with pytest.raises(ConverterError) as caught:
            await client.get_health()
    assert caught.value.is_unanswered


async def test_a_server_that_stays_away_is_given_up(service: ScriptedService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "RESTART_SECONDS", 0.3)
    server, port = await serve(service)
    async with ConverterClient(f"127.0.0.1:{port}", api_key=KEY) as client:
        await client.get_health()
        await server.stop(0)
        with pytest.raises(ConverterError) as caught:
            await client.get_health()
    assert caught.value.is_unanswered


async def test_a_silent_server_counts_as_lost(
    service: ScriptedService, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "SILENCE_SECONDS", 0.3)
    service.hold_after = 3
    losses: list[ConverterError] = []

    def forgive(error: ConverterError) -> None:
        losses.append(error)
        service.hold_after = None

    async with ConverterClient(address, api_key=KEY) as client:
        seen = [event.sequence async for event in client.watch(USER, JOB, on_lost=forgive)]
    assert seen == EVERY_EVENT
    assert "said nothing" in losses[0].message


async def test_training_is_asked_for_under_an_id_that_makes_it_safe_to_repeat(
    service: ScriptedService, address: str
) -> None:
    async with ConverterClient(address, api_key=KEY) as client:
        for _ in range(2):
            answer = await client.train(USER, b"a\n1\n", b"a\n1\n", job_title="t", owner="o")
    assert answer.job_id == JOB
    first, second = (request.request_id for request in service.requests)
    assert first
    assert first != second


async def test_a_refusal_comes_in_the_servers_words(address: str) -> None:
    async with ConverterClient(address, api_key=KEY) as client:
        with pytest.raises(ConverterError) as caught:
            await client.train(USER, b"", b"", job_title="t", owner="o")
    error = caught.value
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "CSV_INVALID")
    assert [(list(field.loc), field.msg) for field in error.fields] == [(["body", "input_file"], "the file is empty")]
    assert error.request_id == "request-1"


async def test_a_file_larger_than_memory_pieces_is_converted(address: str) -> None:
    content = b"name,city\n" + b"jane,paris\n" * 100_000
    output = io.BytesIO()
    async with ConverterClient(address, api_key=KEY) as client:
        warnings = await client.convert(USER, JOB, io.BytesIO(content), output)
    assert output.getvalue() == content.upper()
    assert warnings == ["city: 1 values could not be read"]


async def test_an_upload_that_is_refused_on_the_way_says_why(address: str) -> None:
    endless = io.BytesIO(bytes(50_000_000))
    async with ConverterClient(address, api_key="wrong") as client:
        with pytest.raises(ConverterError) as caught:
            await client.convert(USER, JOB, endless, io.BytesIO())
    assert caught.value.reason == "API_KEY_INVALID"


async def test_a_failed_conversion_writes_nothing(address: str) -> None:
    output = io.BytesIO()
    async with ConverterClient(address, api_key=KEY) as client:
        with pytest.raises(ConverterError) as caught:
            await client.convert(USER, JOB, io.BytesIO(b"a\ncrash\n"), output)
    assert caught.value.reason == "SCRIPT_CRASHED"
    assert output.getvalue() == b""


async def test_jobs_are_listed_across_pages(address: str) -> None:
    async with ConverterClient(address, api_key=KEY) as client:
        assert [job.job_id async for job in client.list_jobs(USER)] == [JOB, "older"]


async def test_the_other_calls_reach_the_service(service: ScriptedService, address: str) -> None:
    script = io.BytesIO()
    async with ConverterClient(address, api_key=KEY) as client:
        assert (await client.get_job(USER, JOB)).job_id == JOB
        assert (await client.cancel_job(USER, JOB)).job_id == JOB
        assert (await client.run_inference(USER, JOB, b"a\nb\n")).output_csv == b"A\nB\n"
        assert await client.download(USER, JOB, "script.py", script) == len(SCRIPT)
        await client.delete_job(USER, JOB)
        await client.delete_user(USER)
        assert (await client.get_queue_status()).queue_info.max_workers == 2
        assert (await client.get_health()).status == "healthy"
    assert script.getvalue() == SCRIPT
    assert service.deleted == [f"{USER}/{JOB}", USER]


@pytest.mark.parametrize(
    ("code", "reason", "passing"),
    [
        (grpc.StatusCode.UNAVAILABLE, "TRY_AGAIN", True),
        (grpc.StatusCode.UNAVAILABLE, "", True),
        (grpc.StatusCode.INTERNAL, "", True),  # the stream was cut
        (grpc.StatusCode.INTERNAL, "INTERNAL", False),
        (grpc.StatusCode.ABORTED, "JOB_REPLACED", False),
        (grpc.StatusCode.UNAUTHENTICATED, "", False),
    ],
)
def test_only_what_may_pass_is_tried_again(code: grpc.StatusCode, reason: str, passing: bool) -> None:
    assert ConverterError(code, "message", reason).is_passing is passing


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
