"""What can go wrong between here and a bucket, in words."""

import re

import aiohttp
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
    SSLError,
)
from botocore.parsers import ResponseParserError

from storage.s3.settings import S3Settings

FAILURES = (ClientError, BotoCoreError, ResponseParserError, aiohttp.ClientError, TimeoutError)
"""What a call may raise that is no mistake of the caller."""

NO_CREDENTIALS = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError, ProfileNotFound)

RIGHTS = "allow the key what docs/storage.md lists"
REGION = "set AWS_DEFAULT_REGION to the region of the bucket"
TOKEN = "make new credentials, or correct AWS_SESSION_TOKEN"

REFUSALS = {
    "NoSuchBucket": ("does not exist", "make it, or correct AWS_BUCKET_NAME"),
    "InvalidBucketName": ("has a name that no bucket can have", "correct AWS_BUCKET_NAME"),
    "InvalidAccessKeyId": ("does not know the access key", "correct AWS_ACCESS_KEY_ID"),
    "SignatureDoesNotMatch": ("does not take the secret key", "correct AWS_SECRET_ACCESS_KEY"),
    "ExpiredToken": ("takes the session token no longer", TOKEN),
    "InvalidToken": ("does not take the session token", TOKEN),
    "AccessDenied": ("refuses access", RIGHTS),
    "AllAccessDisabled": ("refuses all access", RIGHTS),
    "AuthorizationHeaderMalformed": ("is in another region", REGION),
    "PermanentRedirect": ("is in another region", REGION),
    "RequestTimeTooSkewed": ("finds the time of this machine wrong", "set the clock"),
}
"""What somebody has to mend: what it means that a bucket answers with this code, and what to do."""


CODE = re.compile(r"[A-Za-z0-9.]{1,64}")


def spoken(code: object) -> str:
    """Return a code as it may stand in a log, whatever it is that answers in place of a store."""
    return code if isinstance(code, str) and CODE.fullmatch(code) else "something else than S3 does"


def code_of(failure: BaseException) -> str:
    """Return the code of S3 with which a call was refused; empty when it was not answered at all."""
    return spoken(failure.response["Error"]["Code"]) if isinstance(failure, ClientError) else ""


def explained(failure: Exception, settings: S3Settings) -> tuple[str, str]:
    """Return what was found and how to mend it, without anything that a server or a driver says."""
    if code := code_of(failure):
        found, mend = REFUSALS.get(code, (f"answers {code}", "see what the store says of it, and AWS_ENDPOINT_URL"))
        return f"{settings.place} {found}", mend
    if isinstance(failure, NO_CREDENTIALS):
        return f"there are no credentials for {settings.place}", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    if isinstance(failure, ParamValidationError):
        return f"{settings.place} has a name that no bucket can have", "correct AWS_BUCKET_NAME"
    if isinstance(failure, SSLError):
        mend = "set AWS_CA_BUNDLE to the certificate of its authority, or correct AWS_ENDPOINT_URL"
        return f"{settings.place} cannot be reached through TLS", mend
    return f"{settings.place} does not answer", "see whether it runs, and AWS_ENDPOINT_URL"
