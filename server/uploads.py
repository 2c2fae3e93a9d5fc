"""Files on their way in, piece by piece: the request stream of Convert, and what may not come through it."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

from csvconverter.v1.errors_pb2 import ERROR_REASON_FIELD_INVALID, FieldError
from csvconverter.v1.services_pb2 import ConvertRequest
from server.errors import Refusal, invalid

INPUT_FILE, INPUT_UPLOAD, BODY = ("body", "input_file"), ("body", "input_upload"), ("body",)
"""Where REST callers put the file to convert."""

NO_CODING = {"identity"}


@dataclass(frozen=True)
class Upload:
    """A file on its way in, and the job whose script is to convert it."""

    client_id: str
    job_id: str
    pieces: AsyncIterator[bytes]


async def open_upload(requests: AsyncIterator[ConvertRequest], headers: Iterable[tuple[str, str]]) -> Upload:
    """Read the first message, which says what follows.

    Raises:
        Refusal: FIELD_INVALID for a file that is wrapped or compressed on its way.
    """
    first = await anext(requests)
    if first.content.content_type.startswith("multipart/"):
        raise unfit("found a form: send the file itself as the body, with curl by --data-binary @FILE")
    if not NO_CODING.issuperset(value for name, value in headers if name == "content-encoding"):
        raise unfit("found a compressed body: send the file as it is, without content-encoding")
    return Upload(first.client_id, first.job_id, contents(first, requests))


async def contents(first: ConvertRequest, others: AsyncIterator[ConvertRequest]) -> AsyncIterator[bytes]:
    """Yield the pieces of the file.

    Raises:
        Refusal: FIELD_INVALID when a later message names another job: two files may have been mixed up.
    """
    yield first.content.data
    async for request in others:
        if request.client_id not in ("", first.client_id) or request.job_id not in ("", first.job_id):
            raise unfit("a later message names another job than the first: one call converts one file")
        yield request.content.data


def unfit(message: str) -> Refusal:
    """Return the refusal of what came as the file to convert."""
    return invalid(ERROR_REASON_FIELD_INVALID, FieldError(loc=BODY, msg=message, type="value_error"))
