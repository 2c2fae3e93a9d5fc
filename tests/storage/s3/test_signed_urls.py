"""What an address is good for that the store has signed, and what the store refuses."""

from dataclasses import replace
from urllib.parse import urlsplit

import httpx

from storage.s3.artifact_store import S3ArtifactStore
from storage.s3.settings import S3Settings
from tests.contract.test_artifact_store import read
from tests.server.server_process import wait_until
from tests.stores.moto import Moto
from tests.stores.s3 import new_bucket

ANSWER = {"disposition": "attachment", "content_type": "text/csv"}


async def test_address_is_good_for_one_file_and_one_verb(artifacts: S3ArtifactStore) -> None:
    await artifacts.put("ann/file", b"id\n1\n")
    reading = await artifacts.download_url("ann/file", 60, **ANSWER)
    sending = (await artifacts.upload_url("ann/upload", 2, seconds=60)).url
    async with httpx.AsyncClient() as caller:
        refused = [
            await caller.get(reading.replace("file", "other")),
            await caller.get(reading.replace("attachment", "inline")),
            await caller.delete(reading),
            await caller.get(sending),
            await caller.put(sending.replace("upload", "other"), content=b"12"),
        ]
        assert {answer.status_code for answer in refused} == {403}
        assert (await caller.get(reading)).content == b"id\n1\n"


async def test_address_ends(artifacts: S3ArtifactStore) -> None:
    await artifacts.put("ann/file", b"id\n1\n")
    url = await artifacts.download_url("ann/file", 1, **ANSWER)
    assert wait_until(lambda: httpx.get(url).status_code in (400, 403), 30)


async def test_address_is_signed_for_the_host_that_callers_know(settings: S3Settings) -> None:
    port = urlsplit(settings.endpoint_url).port
    store = await S3ArtifactStore.open(replace(settings, public_url=f"http://localhost:{port}"))
    place = await store.upload_url("ann/upload", 2, seconds=60)
    assert urlsplit(place.url).netloc == f"localhost:{port}"
    async with httpx.AsyncClient() as caller:
        assert (await caller.put(place.url, content=b"12")).status_code == 200
        assert (await caller.put(place.url.replace("localhost", "127.0.0.1"), content=b"12")).status_code == 403
    assert b"".join([piece async for piece in store.read("ann/upload")]) == b"12"
    await store.close()


async def test_upload_url_takes_a_file_of_the_agreed_size_alone(artifacts: S3ArtifactStore) -> None:
    place = await artifacts.upload_url("ann/upload", 5, seconds=60)
    async with httpx.AsyncClient() as caller:
        statuses = [(await caller.put(place.url, content=content)).status_code for content in (b"123456", b"1234")]
        assert statuses == [403, 403]
        assert (await caller.put(place.url, content=b"12345")).status_code == 200
    assert await read(artifacts, "ann/upload") == b"12345"
    assert place.headers == {}


async def test_upload_url_comes_with_what_the_sender_must_say_of_encryption(moto: Moto) -> None:
    store = await S3ArtifactStore.open(new_bucket(moto, encryption="aws:kms:the-key"))
    place = await store.upload_url("ann/upload", 5, seconds=60)
    await store.close()
    assert place.headers == {
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": "the-key",
    }
    for header in place.headers:
        assert header in httpx.URL(place.url).params["X-Amz-SignedHeaders"]


async def test_download_url_answers_with_the_agreed_headers(artifacts: S3ArtifactStore) -> None:
    await artifacts.put("ann/file", b"id\n007\n")
    disposition = "attachment; filename*=UTF-8''%C3%BC.csv"
    url = await artifacts.download_url("ann/file", 60, disposition=disposition, content_type="text/csv; charset=utf-8")
    async with httpx.AsyncClient() as caller:
        answer = await caller.get(url)
        assert (await caller.get(url.replace("ann/file", "ann/other"))).status_code == 403
    assert answer.content == b"id\n007\n"
    assert answer.headers["content-disposition"] == disposition
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
