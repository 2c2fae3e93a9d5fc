"""Learned scripts on other files; hostile ones are put in the place of a learned script."""

import json
from functools import partial

import pytest
import pytest_asyncio
from google.api.httpbody_pb2 import HttpBody

from agents.csv_file import HEAD_BYTES
from csvconverter.v1.jobs_pb2 import CsvFormat
from csvconverter.v1.services_pb2 import ConvertRequest, GetJobRequest, RunInferenceRequest
from executor.streaming.survey import PART_BYTES
from server.data_folder import DataFolder
from server.inference import check_file
from server.uploads import BODY
from tests.server.caller import Refused
from tests.server.conftest import training_request
from tests.server.stored_scripts import commit, committed, put_script

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEW = b"id,name\n011, EVE\n012,frank\n"
CONVERTED = b"id,Name\n011,Eve\n012,Frank\n"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def job(caller) -> str:
    return (await caller.train(training_request("learner"))).job_id


@pytest.fixture
def user() -> str:
    return "learner"


@pytest.fixture
def replace_script(server_settings, user, job):
    """Put another script, or none, in the place of the learned one, for one test."""
    folder = server_settings.folder
    learned = committed(folder, user, job)
    yield partial(put_script, folder.root, user, job)
    commit(folder, user, job, learned)


async def pieces(user, job, content, size=10_000):
    for start in range(0, max(1, len(content)), size):
        yield ConvertRequest(client_id=user, job_id=job, content=HttpBody(data=content[start : start + size]))


async def infer(caller, user, job, content=NEW):
    return await caller("RunInference", RunInferenceRequest(user_id=user, job_id=job, input_file=content))


async def test_a_new_file_is_converted(caller, user, job):
    answer = await infer(caller, user, job)
    assert answer.output_csv == CONVERTED
    assert answer.rows == 2
    assert answer.seconds > 0
    assert b"import pandas as pd" in answer.script


async def test_a_file_of_any_size_is_converted_in_pieces(caller, user, job, server_settings):
    rows = 3 * server_settings.max_upload_bytes // 10
    content = b"id,name\n" + b"".join(b"%06d, EVE\n" % row for row in range(rows))
    converted = await caller.bytes("Convert", pieces(user, job, content))
    assert converted == b"id,Name\n" + b"".join(b"%06d,Eve\n" % row for row in range(rows))


async def test_a_large_file_is_converted_in_parts_as_if_it_were_one(caller, user, job):
    assert (await caller("GetJob", GetJobRequest(client_id=user, job_id=job))).plan.row_local
    rows = 3 * PART_BYTES // 12
    content = b"id,name\n" + b"".join(b"%07d,EVE\n" % row for row in range(rows)) + b"7,EVE,x\n\n8,EVE\n"
    call = caller.stub.Convert(pieces(user, job, content, 1 << 20), metadata=caller.metadata)
    assert json.loads(dict(await call.initial_metadata())["x-conversion-warnings"]) == [
        f"blank lines: 1, the first in line {rows + 3}; they were skipped",
        f"rows with more than 2 cells: 1, the first in line {rows + 2}; the rest was cut",
    ]
    converted = b"".join([body.data async for body in call])
    assert converted == b"id,Name\n" + b"".join(b"%07d,Eve\n" % row for row in range(rows)) + b"7,Eve\n8,Eve\n"


async def test_a_converted_file_has_a_name(caller, user, job):
    call = caller.stub.Convert(pieces(user, job, NEW), metadata=caller.metadata)
    headers = dict(await call.initial_metadata())
    assert headers["content-disposition"] == 'attachment; filename="Names.csv"'
    assert headers["x-content-length"] == str(len(CONVERTED))
    assert (await call.read()).content_type.startswith("text/csv")


async def test_missing_columns_are_named(caller, user, job):
    with pytest.raises(Refused) as refusal:
        await infer(caller, user, job, b"id,first name\n1,x\n")
    assert refusal.value.info.reason == "COLUMNS_MISSING"
    assert refusal.value.info.metadata["columns"] == "name"
    assert refusal.value.locations == [["body", "input_file"]]
    assert "name" in refusal.value.message
    with pytest.raises(Refused) as refusal:
        await caller.bytes("Convert", pieces(user, job, b"id,first name\n1,x\n"))
    assert refusal.value.locations == [["body"]]


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf", b"id,name\n", b"id,name\n\x00\x01\x02\n", b"a,b\n\x81\x8d,x\n"])
async def test_what_is_no_csv_file_is_refused(caller, user, job, content):
    with pytest.raises(Refused) as refusal:
        await infer(caller, user, job, content)
    assert refusal.value.info.reason == "CSV_INVALID"
    with pytest.raises(Refused) as refusal:
        await caller.bytes("Convert", pieces(user, job, content))
    assert refusal.value.info.reason == "CSV_INVALID"


async def test_a_file_that_is_cut_within_a_character_is_no_reason_to_refuse_it(caller, user, job):
    content = b"id,name\n" + "".join(f"{row:06d},zoë\n" for row in range(40_000)).encode()
    assert (await caller.bytes("Convert", pieces(user, job, content))).startswith("id,Name\n000000,Zoë\n".encode())


async def test_a_file_in_another_encoding_is_read_and_said(caller, user, job):
    answer = await infer(caller, user, job, "id,name\n011,zoë\n".encode("cp1252"))
    assert answer.output_csv == "id,Name\n011,Zoë\n".encode()
    assert list(answer.warnings) == ["the file is not UTF-8, as line 2 shows: read as Windows-1252, which is a guess"]


async def test_characters_that_the_output_cannot_have_are_the_files_fault(caller, user, job, replace_script):
    replace_script("raise SystemExit('ERROR the output cannot be written as cp1252, which lacks characters')")
    with pytest.raises(Refused) as refusal:
        await infer(caller, user, job)
    assert refusal.value.info.reason == "CSV_INVALID"
    assert "cannot be written as cp1252" in refusal.value.message


async def test_a_file_that_cannot_be_decoded_to_its_end_is_refused(caller, user, job):
    content = b"id,name\n" + b"011,eve\n" * 40_000 + b"012,\x81\n"
    with pytest.raises(Refused) as refusal:
        await caller.bytes("Convert", pieces(user, job, content))
    assert refusal.value.info.reason == "CSV_INVALID"
    assert "cannot be decoded" in refusal.value.message


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
async def test_a_character_that_the_sample_cuts_in_half_is_no_fault(tmp_path, encoding):
    header = "\ufeffa,b\n"
    filler = "x" * (HEAD_BYTES // 2 - len(header) - 1)
    (tmp_path / "wide.csv").write_bytes(f"{header}{filler}\U0001f600,y\n".encode(encoding))
    check_file(tmp_path / "wide.csv", CsvFormat(has_header=True), BODY)


async def test_a_script_that_raises_is_reported(caller, user, job, replace_script):
    replace_script("raise ValueError('no such thing')")
    with pytest.raises(Refused) as refusal:
        await infer(caller, user, job)
    assert refusal.value.info.reason == "SCRIPT_CRASHED"
    assert "no such thing" in refusal.value.message


async def test_a_script_that_writes_nothing_is_reported(caller, user, job, replace_script):
    replace_script("import sys\nopen(sys.argv[2], 'w')")
    with pytest.raises(Refused) as refusal:
        await infer(caller, user, job)
    assert refusal.value.info.reason == "SCRIPT_CRASHED"
    assert "not even a header" in refusal.value.message


async def test_a_disk_that_fills_while_a_script_writes_is_no_fault_of_the_script(caller, user, job, replace_script):
    replace_script("raise OSError(28, 'No space left on device', '/some/path')")
    with pytest.raises(Refused) as refusal:
        await infer(caller, user, job)
    assert refusal.value.info.reason == "TRY_AGAIN"
    assert "no space left on its disk" in refusal.value.message
    assert "/some/path" not in refusal.value.message


async def test_a_job_that_is_deleted_during_the_call_is_unknown(caller, user, job, replace_script):
    replace_script(None)
    with pytest.raises(Refused) as refusal:
        await infer(caller, user, job)
    assert refusal.value.info.reason == "JOB_NOT_FOUND"


async def test_more_missing_columns_than_a_log_holds_are_still_missing_columns(caller, user, job, replace_script):
    replace_script(
        "names = [f'column_{number}' for number in range(20_000)]\n"
        "raise SystemExit(f'ERROR missing columns: {names}; the input has {names}')"
    )
    with pytest.raises(Refused) as refusal:
        await infer(caller, user, job)
    assert refusal.value.info.reason == "COLUMNS_MISSING"
    assert "column_1" in refusal.value.fields.detail[0].msg


@pytest.mark.parametrize(
    ("script", "limit"),
    [("while True: pass", "TIMED_OUT"), ("x = bytearray(10**12)", "OUT_OF_MEMORY")],
)
async def test_a_script_that_wants_too_much_is_reported(caller, user, job, replace_script, script, limit):
    replace_script(script)
    with pytest.raises(Refused) as refusal:
        await infer(caller, user, job)
    assert refusal.value.info.reason == "SCRIPT_LIMIT_EXCEEDED"
    assert refusal.value.info.metadata["limit"] == limit


async def test_what_the_script_warned_of_comes_back(caller, user, job, replace_script):
    replace_script(
        "import sys\n"
        "print('WARNING price: 2 values could not be read, the first in row 3', file=sys.stderr)\n"
        "print('INFO done', file=sys.stderr)\n"
        "open(sys.argv[2], 'w').write('a,b\\n1\u2028,\"x\\n\\ny\"\\n')\n"
    )
    answer = await infer(caller, user, job)
    assert list(answer.warnings) == ["price: 2 values could not be read, the first in row 3"]
    assert answer.rows == 1
    call = caller.stub.Convert(pieces(user, job, NEW), metadata=caller.metadata)
    headers = dict(await call.initial_metadata())
    assert json.loads(headers["x-conversion-warnings"]) == list(answer.warnings)


async def test_a_warning_for_each_of_many_columns_comes_back(caller, user, job, replace_script):
    replace_script(
        "import sys\n"
        "for column in range(1000):\n"
        "    print(f'WARNING column_{column}: 2 values could not be read, the first in row 3', file=sys.stderr)\n"
        "open(sys.argv[2], 'w').write('a\\n1\\n')\n"
    )
    answer = await infer(caller, user, job)
    assert [warning.split(":")[0] for warning in answer.warnings] == [f"column_{column}" for column in range(1000)]


async def test_more_warnings_than_a_header_carries_are_cut(caller, user, job, replace_script):
    replace_script(
        "import sys\n"
        "for number in range(300):\n"
        "    print('WARNING ü' + 'x' * 40, file=sys.stderr)\n"
        "open(sys.argv[2], 'w').write('a\\n1\\n')\n"
    )
    call = caller.stub.Convert(pieces(user, job, NEW), metadata=caller.metadata)
    header = dict(await call.initial_metadata())["x-conversion-warnings"]
    assert len(header) <= 4096
    assert "warnings only these" in json.loads(header)[-1]


async def test_an_output_too_large_for_one_answer_is_left_to_convert(
    caller, user, job, replace_script, server_settings
):
    size = 2 * server_settings.max_upload_bytes + 1
    replace_script(f"import sys\nopen(sys.argv[2], 'w').write('a\\n' + 'x' * {size})\n")
    with pytest.raises(Refused) as refusal:
        await infer(caller, user, job)
    assert refusal.value.info.reason == "FILE_TOO_LARGE"
    assert len(await caller.bytes("Convert", pieces(user, job, NEW))) == size + 2


async def test_nothing_stays_behind(caller, user, job, server_settings):
    await infer(caller, user, job)
    await caller.bytes("Convert", pieces(user, job, NEW))
    assert not list(DataFolder(server_settings.data_dir).scratch.glob("*/input.csv"))


async def test_all_is_tidied_up_before_the_last_piece_is_sent(caller, user, job, server_settings):
    call = caller.stub.Convert(pieces(user, job, NEW), metadata=caller.metadata)
    assert (await call.read()).data == CONVERTED
    assert not list(DataFolder(server_settings.data_dir).scratch.glob("*/input.csv"))
