"""What comes as a file to convert and is none."""

import pytest
from google.api.httpbody_pb2 import HttpBody

from csvconverter.v1.services_pb2 import ConvertRequest
from server.errors import Refusal
from server.uploads import open_upload


async def messages(*sent: ConvertRequest):
    for message in sent:
        yield message


def piece(data: bytes, client_id: str = "", job_id: str = "", content_type: str = "") -> ConvertRequest:
    content = HttpBody(data=data, content_type=content_type)
    return ConvertRequest(client_id=client_id, job_id=job_id, content=content)


async def test_the_first_message_says_whose_file_follows():
    upload = await open_upload(messages(piece(b"a", "ann", "one"), piece(b"b"), piece(b"c", "ann", "one")), ())
    assert (upload.client_id, upload.job_id) == ("ann", "one")
    assert [data async for data in upload.pieces] == [b"a", b"b", b"c"]


@pytest.mark.parametrize("other", [piece(b"b", "ann", "two"), piece(b"b", "bob"), piece(b"b", "bob", "one")])
async def test_a_later_message_cannot_name_another_job(other):
    upload = await open_upload(messages(piece(b"a", "ann", "one"), other), ())
    with pytest.raises(Refusal, match="names another job"):
        [data async for data in upload.pieces]


async def test_a_form_is_refused():
    form = messages(piece(b"--x", "ann", "one", "multipart/form-data; boundary=x"))
    with pytest.raises(Refusal, match="--data-binary"):
        await open_upload(form, ())


async def test_a_compressed_body_is_refused():
    for coding in ("gzip", "br", "zstd"):
        with pytest.raises(Refusal, match="without content-encoding"):
            await open_upload(messages(piece(b"x", "ann", "one")), [("content-encoding", coding)])
    assert await open_upload(messages(piece(b"x", "ann", "one")), [("content-encoding", "identity")])
