"""A trained job on a server that is measured."""

from typing import Any

import grpc

from benchmarks.processes import KEY, RealServer
from csvconverter.v1.services_pb2 import StartTrainingRequest, WatchJobRequest
from csvconverter.v1.services_pb2_grpc import ConversionServiceStub
from server.data_folder import DataFolder
from storage.folder_artifact_store import FolderArtifactStore
from storage.sql import lookup
from storage.sql.database import open_database

USER, JOB = "benchmark", "job"
METADATA = (("x-api-key", KEY),)
INPUT, EXPECTED = b"id,name\n1,ann\n2,bob\n", b"id,name\n1,Ann\n2,Bob\n"


def training(job_id: str = JOB, given: bytes = INPUT, expected: bytes = EXPECTED) -> StartTrainingRequest:
    """Return what starts a job."""
    return StartTrainingRequest(
        user_id=USER,
        job_id=job_id,
        input_file=given,
        expected_output_file=expected,
        job_title="Benchmark",
        owner="benchmark",
    )


async def train(server: RealServer, given: bytes = INPUT, expected: bytes = EXPECTED) -> None:
    """Train the job and wait for its end."""
    request = training(JOB, given, expected)
    async with grpc.aio.insecure_channel(server.grpc_address) as channel:
        stub: Any = ConversionServiceStub(channel)  # type: ignore[no-untyped-call]
        await stub.StartTraining(request, metadata=METADATA)
        async for _ in stub.WatchJob(WatchJobRequest(client_id=USER, job_id=JOB), metadata=METADATA):
            pass


async def put_script(server: RealServer, script: str) -> None:
    """Put another script in the place of the one that the job has learned."""
    folder = DataFolder(server.data_dir)
    database = await open_database(folder.database_url)
    stored = await database.read(lambda session: lookup.get(session, USER, JOB))
    await database.close()
    assert stored
    await FolderArtifactStore(folder.artifacts).put(stored.folder + "script.py", script.encode())
