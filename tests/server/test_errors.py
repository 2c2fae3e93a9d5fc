"""How refusals travel as statuses; `tests/api/test_error_table.py` provokes each of them."""

import errno

import grpc
import pytest

from csvconverter.v1 import errors_pb2
from csvconverter.v1.errors_pb2 import ErrorReason, FieldError
from csvconverter.v1.services_pb2 import (
    ConvertRequest,
    GetJobRequest,
    WatchJobRequest,
)
from server.errors import CODES, STATUS_BYTES, Refusal, broken, invalid
from storage.interfaces import StoreUnavailable
from tests.server.caller import Refused, refused
from tests.server.conftest import training_request


def test_a_full_disk_is_told():
    refusal = broken(OSError(errno.ENOSPC, "No space left on device", "/srv/secret"), "abc-123")
    assert refusal.code is grpc.StatusCode.UNAVAILABLE
    assert "no space left on its disk" in refusal.message
    assert "secret" not in refusal.message


def test_a_store_that_is_away_is_told_without_its_address():
    refusal = broken(StoreUnavailable("cannot reach db.internal:5432"), "abc-123")
    assert (refusal.code, refusal.retry_seconds > 0) == (grpc.StatusCode.UNAVAILABLE, True)
    assert "internal" not in refusal.message


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
