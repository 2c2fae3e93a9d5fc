"""What the stores cost beside the drivers on which they stand: S3 beside aiobotocore, SQL beside sqlite3 and asyncpg.

PostgreSQL is as careful as it comes: each commit is on the disk before it is answered. SQLite flushes now and then, so
that the last commits can be lost when the power fails.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc

from benchmarks.database_race import database_figures
from benchmarks.figure import Figure
from benchmarks.jobs import JOB, METADATA, USER, train
from benchmarks.object_race import object_figures
from benchmarks.processes import real_server
from csvconverter.v1.jobs_pb2 import Job
from csvconverter.v1.services_pb2 import GetJobRequest
from csvconverter.v1.services_pb2_grpc import ConversionServiceStub
from tests.stores.postgresql import PostgresServer

EXAMPLE = Path(__file__).parents[1] / "examples" / "orders"


def measure() -> Iterator[Figure]:
    """Yield the figures of the bucket, then those of the databases."""
    yield from asyncio.run(object_figures())
    job = asyncio.run(finished_job())
    with tempfile.TemporaryDirectory() as folder, PostgresServer(careful=True) as server:
        yield from asyncio.run(database_figures([f"sqlite:///{folder}/jobs.db", server.create_database()], job))


async def finished_job() -> Job:
    """Train a job on a server and return it with its plan, as large as such jobs are."""
    with real_server() as server:
        await train(server, *((EXAMPLE / name).read_bytes() for name in ("input.csv", "expected.csv")))
        async with grpc.aio.insecure_channel(server.grpc_address) as channel:
            stub: Any = ConversionServiceStub(channel)  # type: ignore[no-untyped-call]
            job: Job = await stub.GetJob(GetJobRequest(client_id=USER, job_id=JOB), metadata=METADATA)
    return job
