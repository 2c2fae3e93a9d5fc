"""The rules of the protos, each broken once."""

import time

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message_factory import GetMessageClass

from csvconverter.v1.errors_pb2 import ERROR_REASON_FIELD_INVALID, HttpValidationError
from csvconverter.v1.services_pb2 import GetJobRequest, ListJobsRequest
from server.errors import Refusal, invalid
from server.validation import METHODS, field_errors, undecodable, validate
from tests.server.conftest import training_request

HOSTILE = {
    FieldDescriptor.TYPE_STRING: "/" * 20_001,
    FieldDescriptor.TYPE_INT32: -1,
    FieldDescriptor.TYPE_ENUM: 99,
}
HAS_NO_RULE = {"ConvertRequest.content"}


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.name)
def test_every_field_of_a_request_has_a_rule(method):
    message = GetMessageClass(method.input_type)
    hostile = {field.name: HOSTILE[field.type] for field in message.DESCRIPTOR.fields if field.type in HOSTILE}
    if "column_instructions" in message.DESCRIPTOR.fields_by_name:
        hostile["column_instructions"] = {"x" * 1_001: "y" * 10_001}
    broken = {error.loc[1] for request in (message(), message(**hostile)) for error in field_errors(request)}
    fields = {field.name for field in message.DESCRIPTOR.fields if field.full_name.split(".", 2)[2] not in HAS_NO_RULE}
    assert broken == fields


@pytest.mark.parametrize(
    ("wrong", "loc", "kind", "found"),
    [
        ({"owner": ""}, ["owner"], "missing", "required"),
        ({"input_file": b""}, ["input_file"], "missing", "an empty one"),
        ({"job_id": ""}, ["job_id"], "string_pattern_mismatch", "1 to 128"),
        ({"job_id": "a\n"}, ["job_id"], "string_pattern_mismatch", "1 to 128"),
        ({"request_id": "a" * 129}, ["request_id"], "string_pattern_mismatch", "1 to 128"),
        ({"job_title": "ä" * 201}, ["job_title"], "string_too_long", "found 201 characters; at most 200"),
        ({"description": "x" * 10_001}, ["description"], "string_too_long", "10001 characters; at most 10000"),
        (
            {"column_instructions": {"name": "x" * 10_001}},
            ["column_instructions", "name"],
            "string_too_long",
            "10001 characters; at most 10000",
        ),
        (
            {"column_instructions": {"x" * 1_001: ""}},
            ["column_instructions", "x" * 1_001, "[key]"],
            "string_too_long",
            "1001 characters; at most 1000",
        ),
        (
            {"column_instructions": {str(number): "" for number in range(5_001)}},
            ["column_instructions"],
            "too_long",
            "5001 entries; at most 5000",
        ),
    ],
)
def test_a_broken_rule_says_what_was_found_and_what_is_wanted(wrong, loc, kind, found):
    [error] = field_errors(training_request("acme", **wrong))
    assert (error.loc, error.type) == (["body", *loc], kind)
    assert found in error.msg


@pytest.mark.parametrize("longest", [{"job_title": "ä" * 200}, {"job_id": "a" * 128}, {"description": ""}])
def test_what_keeps_the_rules_passes(longest):
    validate(training_request("acme", **longest), 1_000)


def test_a_status_that_does_not_exist_and_a_negative_number_are_refused():
    errors = list(field_errors(ListJobsRequest(client_id="acme", page_size=-1, status=99)))
    assert [(error.loc, error.type) for error in errors] == [
        (["body", "page_size"], "greater_than_equal"),
        (["body", "status"], "enum"),
    ]


@pytest.mark.parametrize(
    ("number", "length", "found"),
    [(600, 2_000, "bytes of instructions; at most 1048576"), (300_000, 0, "entries, many")],
)
def test_other_wrong_fields_are_named_beside_too_many_instructions(number, length, found):
    request = training_request("acme", owner="", column_instructions={str(one): "x" * length for one in range(number)})
    began = time.process_time()
    with pytest.raises(Refusal) as refusal:
        validate(request, 1_000)
    assert time.process_time() - began < 0.5  # nobody else is answered meanwhile
    instructions, owner = refusal.value.fields
    assert (instructions.loc, owner.loc) == (["body", "column_instructions"], ["body", "owner"])
    assert found in instructions.msg


def test_a_long_name_is_cut_where_it_is_named():
    [error] = field_errors(training_request("acme", column_instructions={"x" * 9_000: ""}))
    status = invalid(ERROR_REASON_FIELD_INVALID, error).status()
    told = HttpValidationError()
    assert status.details[-1].Unpack(told)
    assert [len(step) for step in told.detail[0].loc] == [4, 19, 500, 5]


@pytest.mark.parametrize(
    ("method", "data", "loc"),
    [
        ("GetJobMetadata", b"\x0a\x01\xff", ["path", "client_id"]),
        ("WatchJob", b"\x0a\x04acme\x22\x01\xff", ["query", "job_uid"]),
        ("StartTraining", b"\x0a\x04acme\x2a\x01\xff", ["body", "job_title"]),
        ("StartTraining", b"\x4a\x03\x12\x01\xff", ["body", "column_instructions"]),
        ("StartTraining", b"\xff\xff", ["body"]),
        ("StartTraining", b"\x10\x00" * 100_000 + b"\x2a\x01\xff", ["body"]),  # too much to search
    ],
)
def test_a_request_that_cannot_be_decoded_says_where(method, data, loc):
    refusal = undecodable(method, data)
    assert isinstance(refusal, Refusal)
    assert [list(error.loc) for error in refusal.fields] == [loc]


def test_a_file_is_too_large_only_by_itself():
    validate(training_request("acme", input_file=b"x" * 600, expected_output_file=b"y" * 600), 1_000)
    with pytest.raises(Refusal, match="input_file: the file has 1001 bytes"):
        validate(training_request("acme", input_file=b"x" * 1_001), 1_000)


def test_fields_of_a_later_contract_are_kept():
    later = GetJobRequest(client_id="acme", job_id="mine").SerializeToString() + b"\xfa\x3e\x03new"
    request = GetJobRequest.FromString(later)
    validate(request, 1_000)
    assert request.SerializeToString() == later
