"""Watches of a real job whose server is killed again and again."""

import asyncio
import json
import random
import socket

import httpx
import pytest

from csvconverter.client import ConverterClient
from csvconverter.v1.services_pb2 import CancelJobRequest
from tests.server.caller import ALL_KEY, KEYS, Caller
from tests.server.server_process import server_process
from tests.server.test_lifecycle import long_training

KILLS = 3
AGAIN_SECONDS = 0.1


async def over_grpc(address, seen):
    async with ConverterClient(address, api_key=ALL_KEY) as client:
        async for event in client.watch("ann", "long"):
            seen.append(event.sequence)


async def over_rest(address, seen):
    """Watch as a script would that reconnects until it has seen job_finished."""
    async with httpx.AsyncClient(base_url=f"http://{address}", headers={"x-api-key": ALL_KEY}, timeout=30) as client:
        finished = False
        while not finished:
            try:
                path = f"/api/v1/ann/long/events?after_sequence={seen[-1] if seen else 0}"
                async with client.stream("GET", path) as answer:
                    async for line in answer.aiter_lines():
                        update = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
                        if event := update.get("event"):
                            seen.append(event["sequence"])
                            finished = "job_finished" in event
            except httpx.HTTPError:
                await asyncio.sleep(AGAIN_SECONDS)


@pytest.mark.long
async def test_watchers_of_a_server_that_is_killed_miss_nothing_and_see_nothing_twice(tmp_path):
    chance = random.Random(3)
    addresses = {name: f"127.0.0.1:{free_port()}" for name in ("GRPC_ADDRESS", "HTTP_ADDRESS")}
    told: tuple[list[int], list[int]] = ([], [])
    watching = []
    for kill in range(KILLS + 1):
        with server_process(tmp_path, API_KEYS=KEYS, **addresses):
            async with Caller.connected(addresses["GRPC_ADDRESS"], ALL_KEY) as caller:
                if kill == 0:
                    await caller("StartTraining", long_training("ann", "long"))
                    watching = [
                        asyncio.create_task(over_grpc(addresses["GRPC_ADDRESS"], told[0])),
                        asyncio.create_task(over_rest(addresses["HTTP_ADDRESS"], told[1])),
                    ]
                if kill == KILLS:
                    await caller("CancelJob", CancelJobRequest(client_id="ann", job_id="long"))
                    await asyncio.wait_for(asyncio.gather(*watching), 60)
            await asyncio.sleep(chance.uniform(0.2, 2.5))
    assert told[0] == told[1] == list(range(1, len(told[0]) + 1))
    assert len(told[0]) > 2 * KILLS  # each server took the job up, and each kill lost it


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
