"""Every reason for which a call is refused, asked for through a real channel."""

import asyncio
import errno

import grpc
import pytest

from csvconverter.v1 import errors_pb2
from csvconverter.v1.errors_pb2 import ErrorReason, FieldError
from csvconverter.v1.services_pb2 import (
    ConvertRequest,
    GetArtifactRequest,
    GetHealthRequest,
    GetJobRequest,
    RunInferenceRequest,
    WatchJobRequest,
)
from server.errors import CODES, STATUS_BYTES, Refusal, broken, invalid
from tests.server.caller import ACME_KEY, Refused, refused
from tests.server.conftest import INPUT, training_request


async def wrong_key(quiet, quiet_server, user):
    await quiet.with_key("wrong")("GetJob", GetJobRequest(client_id=user, job_id="mine"))


async def other_client(quiet, quiet_server, user):
    await quiet.with_key(ACME_KEY)("GetJob", GetJobRequest(client_id=user, job_id="mine"))


async def malformed_id(quiet, quiet_server, user):
    await quiet("GetJob", GetJobRequest(client_id=user, job_id="../mine"))


async def header_only(quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, input_file=b"id,name\n"))


async def large_file(quiet, quiet_server, user):
    file = b"id,name\n" + b"1,x" * (quiet_server.settings.max_upload_bytes // 3 + 1)
    await quiet("StartTraining", training_request(user, input_file=file))


async def unknown_job(quiet, quiet_server, user):
    await quiet("GetJob", GetJobRequest(client_id=user, job_id="mine"))


async def untrained_job(quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    await quiet("RunInference", RunInferenceRequest(user_id=user, job_id="mine", input_file=INPUT))


async def reused_request_id(quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, request_id="once"))
    await quiet("StartTraining", training_request(user, request_id="once", job_title="Other"))


async def unknown_artifact(quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    await quiet.bytes("GetArtifact", GetArtifactRequest(client_id=user, job_id="mine", name="script.py"))


async def stopping_server(quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    watch = asyncio.create_task(quiet.events(user, "mine"))
    quiet_server.watches.stop()
    await watch


async def replaced_job(quiet, quiet_server, user):
    await quiet("StartTraining", training_request(user, job_id="mine"))
    watch = quiet.stream("WatchJob", WatchJobRequest(client_id=user, job_id="mine"))
    await anext(watch)
    await quiet("StartTraining", training_request(user, job_id="mine"))
    async for _ in watch:
        pass


async def unusable_store(quiet, quiet_server, user):
    (quiet_server.settings.data_dir / "artifacts").write_text("a file where the folder of artifacts should be")
    await quiet("StartTraining", training_request(user))


CALLS = {
    "API_KEY_INVALID": (wrong_key, grpc.StatusCode.UNAUTHENTICATED),
    "CLIENT_FORBIDDEN": (other_client, grpc.StatusCode.PERMISSION_DENIED),
    "FIELD_INVALID": (malformed_id, grpc.StatusCode.INVALID_ARGUMENT),
    "CSV_INVALID": (header_only, grpc.StatusCode.INVALID_ARGUMENT),
    "FILE_TOO_LARGE": (large_file, grpc.StatusCode.OUT_OF_RANGE),
    "JOB_NOT_FOUND": (unknown_job, grpc.StatusCode.NOT_FOUND),
    "JOB_NOT_TRAINED": (untrained_job, grpc.StatusCode.FAILED_PRECONDITION),
    "REQUEST_ID_REUSED": (reused_request_id, grpc.StatusCode.ALREADY_EXISTS),
    "ARTIFACT_NOT_FOUND": (unknown_artifact, grpc.StatusCode.NOT_FOUND),
    "TRY_AGAIN": (stopping_server, grpc.StatusCode.UNAVAILABLE),
    "JOB_REPLACED": (replaced_job, grpc.StatusCode.ABORTED),
    "INTERNAL": (unusable_store, grpc.StatusCode.INTERNAL),
}
OF_INFERENCE = {"COLUMNS_MISSING", "SCRIPT_CRASHED", "SCRIPT_LIMIT_EXCEEDED"}  # see test_inference.py


def test_every_reason_is_tested():
    names = {name.removeprefix("ERROR_REASON_") for name in ErrorReason.keys()}  # noqa: SIM118 -- not a dict
    assert names == {*CALLS, *OF_INFERENCE, "UNSPECIFIED"}


@pytest.mark.parametrize("reason", CALLS)
async def test_reason_and_code(reason, quiet, quiet_server, user):
    call, code = CALLS[reason]
    with pytest.raises(Refused) as refusal:
        await call(quiet, quiet_server, user)
    assert (refusal.value.info.reason, refusal.value.code) == (reason, code)
    assert refusal.value.info.domain == "csvconverter.v1"
    assert refusal.value.message
    assert refusal.value.request_id


async def test_what_breaks_inside_stays_inside(quiet, quiet_server, user):
    with pytest.raises(Refused) as refusal:
        await unusable_store(quiet, quiet_server, user)
    assert "artifacts" not in refusal.value.message
    assert refusal.value.request_id in refusal.value.message


def test_a_full_disk_is_told():
    refusal = broken(OSError(errno.ENOSPC, "No space left on device", "/srv/secret"), "abc-123")
    assert refusal.code is grpc.StatusCode.UNAVAILABLE
    assert "no space left on its disk" in refusal.message
    assert "secret" not in refusal.message


async def test_the_callers_request_id_comes_back(quiet):
    call = quiet.stub.GetHealth(GetHealthRequest(), metadata=(("x-request-id", "abc-123"),))
    await call
    assert dict(await call.trailing_metadata())["x-request-id"] == "abc-123"


async def test_every_wrong_field_is_named_as_a_rest_caller_knows_it(quiet, user):
    with pytest.raises(Refused) as refusal:
        await quiet("StartTraining", training_request(user, job_id="-x", owner="", input_file=b""))
    assert refusal.value.locations == [["body", "job_id"], ["body", "input_file"], ["body", "owner"]]
    assert [violation.field for violation in refusal.value.bad_request.field_violations] == [
        "job_id",
        "input_file",
        "owner",
    ]
    with pytest.raises(Refused) as refusal:
        await anext(quiet.stream("WatchJob", WatchJobRequest(client_id=user, job_id="a/b", after_sequence=-1)))
    assert refusal.value.locations == [["path", "job_id"], ["query", "after_sequence"]]


async def test_more_instructions_than_a_job_can_carry_are_refused(quiet, user):
    words = {f"column_{number}": "x" * 9_000 for number in range(200)}
    with pytest.raises(Refused) as refusal:
        await quiet("StartTraining", training_request(user, column_instructions=words))
    assert refusal.value.locations == [["body", "column_instructions"]]


async def test_a_malformed_value_is_never_repeated(quiet, user):
    with pytest.raises(Refused) as refusal:
        await quiet("GetJob", GetJobRequest(client_id=user, job_id="secret/../value"))
    assert "secret" not in str(refusal.value)


async def test_an_upload_without_a_message_is_refused(quiet):
    async def nothing():
        for request in ():
            yield request

    with pytest.raises(Refused) as refusal:
        await quiet.bytes("Convert", nothing())
    assert refusal.value.info.reason == "FIELD_INVALID"


async def test_the_first_message_of_an_upload_is_checked(quiet, user):
    async def request():
        yield ConvertRequest(client_id=user, job_id="")

    with pytest.raises(Refused) as refusal:
        await quiet.bytes("Convert", request())
    assert refusal.value.locations == [["path", "job_id"]]


@pytest.mark.parametrize("method", ["unary_unary", "unary_stream", "stream_stream"])
async def test_a_request_that_is_not_utf8_is_refused_in_our_own_words(quiet, method):
    names = {"unary_unary": "GetJob", "unary_stream": "WatchJob", "stream_stream": "Convert"}
    path = f"/csvconverter.v1.ConversionService/{names[method]}"
    not_utf8 = b"\x0a\x01\xff"
    raw = getattr(quiet.channel, method)(path)
    call = raw(iter([not_utf8]) if method == "stream_stream" else not_utf8, metadata=quiet.metadata)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await (call if method == "unary_unary" else anext(aiter(call)))
    assert refused(error.value).info.reason == "FIELD_INVALID"
    assert "DecodeError" not in error.value.details()


def test_every_reason_has_a_code():
    assert set(CODES) == set(ErrorReason.values()) - {errors_pb2.ERROR_REASON_UNSPECIFIED}


def test_a_status_stays_small_whatever_a_file_holds():
    fields = [FieldError(loc=["body", "input_file"], msg="ä" * 400, type="missing") for _ in range(1000)]
    status = invalid(errors_pb2.ERROR_REASON_COLUMNS_MISSING, *fields, columns="ö" * 100_000).status()
    assert status.ByteSize() <= STATUS_BYTES
    assert len(status.details) == 3


def test_a_field_is_named_however_much_there_is_to_say_about_it():
    field = FieldError(loc=["body", "input_file"], msg="the file lacks " + "column, " * 2_000, type="missing")
    status = invalid(errors_pb2.ERROR_REASON_COLUMNS_MISSING, field).status()
    assert status.ByteSize() <= STATUS_BYTES
    assert len(status.details) == 3


def test_field_errors_come_last_for_the_gateway():
    refusal = invalid(errors_pb2.ERROR_REASON_FIELD_INVALID, FieldError(loc=["body", "owner"], msg="x", type="missing"))
    assert refusal.status().details[-1].type_url.endswith("csvconverter.v1.HttpValidationError")
    assert len(Refusal(errors_pb2.ERROR_REASON_TRY_AGAIN, "later").status().details) == 1
