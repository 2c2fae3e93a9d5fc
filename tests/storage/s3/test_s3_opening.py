"""What is said of a bucket that cannot be used."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from storage.s3.artifact_store import S3ArtifactStore
from storage.s3.failures import code_of
from storage.s3.settings import BucketUnusable, S3Settings
from tests.certificates import Authority
from tests.stores.proxy import Proxy
from tests.stores.rclone import Rclone


@pytest.mark.parametrize(
    ("wrong", "found", "mend"),
    [
        ({"bucket": "missing"}, "the bucket missing at http://", "AWS_BUCKET_NAME"),
        ({"bucket": "no bucket!"}, "no bucket can have", "AWS_BUCKET_NAME"),
        ({"access_key": "nobody"}, "does not know the access key", "AWS_ACCESS_KEY_ID"),
        ({"secret_key": "not/the+secret"}, "does not take the secret key", "AWS_SECRET_ACCESS_KEY"),
        ({"endpoint_url": "http://127.0.0.1:1"}, "does not answer", "AWS_ENDPOINT_URL"),
        ({"endpoint_url": "127.0.0.1"}, "does not answer", "AWS_ENDPOINT_URL"),
    ],
)
async def test_what_is_wrong_is_said_with_what_mends_it(
    settings: S3Settings, wrong: dict[str, str], found: str, mend: str
) -> None:
    with pytest.raises(BucketUnusable) as raised:
        await S3ArtifactStore.open(replace(settings, **wrong))
    assert found in raised.value.found
    assert mend in raised.value.mend
    for secret in (settings.secret_key, "not/the+secret"):
        assert secret not in str(raised.value)


async def test_missing_credentials_are_said(settings: S3Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/no/such/file")
    with pytest.raises(BucketUnusable, match=r"no credentials .* set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"):
        await S3ArtifactStore.open(replace(settings, access_key="", secret_key=""))


async def test_certificate_must_be_trusted(settings: S3Settings, rclone: Rclone, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with Proxy(rclone.port, authority.issue("store").context()) as proxy:
        behind_tls = replace(settings, endpoint_url=f"https://127.0.0.1:{proxy.port}")
        with pytest.raises(BucketUnusable, match=r"cannot be reached through TLS: .*AWS_CA_BUNDLE"):
            await S3ArtifactStore.open(behind_tls)
        await (await S3ArtifactStore.open(replace(behind_tls, ca_bundle=str(authority.certificate)))).close()


async def test_server_that_never_answers_is_given_up(settings: S3Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(BucketUnusable, match="does not answer"):
            await S3ArtifactStore.open(replace(settings, endpoint_url=url, call_seconds=0.5))


def test_settings_show_no_secret() -> None:
    assert "hidden" not in repr(S3Settings("bucket", secret_key="hidden", session_token="hidden"))


def test_log_repeats_nothing_but_codes_of_s3() -> None:
    said = {
        code: code_of(ClientError({"Error": {"Code": code}}, "PutObject")) for code in ("Busy.1", "\x1b[2J", "x" * 99)
    }
    assert list(said.values()) == ["Busy.1", *["something else than S3 does"] * 2]
