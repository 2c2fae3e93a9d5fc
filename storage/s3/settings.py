"""Which bucket, and how it is reached."""

from dataclasses import dataclass, field

KMS_KEY = "aws:kms:"
ENCRYPTION_HEADERS = {
    "ServerSideEncryption": "x-amz-server-side-encryption",
    "SSEKMSKeyId": "x-amz-server-side-encryption-aws-kms-key-id",
}


class BucketUnusable(Exception):
    """The bucket cannot be used: what was found, and how to mend it."""

    def __init__(self, found: str, mend: str) -> None:
        super().__init__(f"{found}: {mend}")
        self.found = found
        self.mend = mend


@dataclass(frozen=True)
class S3Settings:
    """A bucket, and how long its store may take. What is empty is found as every program of AWS finds it."""

    bucket: str
    endpoint_url: str = ""  # of another store than Amazon's
    public_url: str = ""  # by which callers reach the store, where that is another way
    region: str = ""
    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    session_token: str = field(default="", repr=False)
    ca_bundle: str = ""  # path of the certificates that are trusted
    encryption: str = ""  # AES256, aws:kms, or aws:kms:KEY; empty: as the bucket says
    connect_seconds: float = 5.0
    read_seconds: float = 20.0  # without a byte
    call_seconds: float = 60.0  # of one call with its retries, or of one MiB of a download
    pause_seconds: float = 2.0  # how long a connection is kept for a reader who does not come back

    @property
    def place(self) -> str:
        """The bucket in words."""
        return f"the bucket {self.bucket}" + (f" at {self.endpoint_url}" if self.endpoint_url else "")

    @property
    def encryption_parameters(self) -> dict[str, str]:
        """What is said with each object that is stored."""
        if not self.encryption.startswith(KMS_KEY):
            return {"ServerSideEncryption": self.encryption} if self.encryption else {}
        return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self.encryption.removeprefix(KMS_KEY)}

    @property
    def encryption_headers(self) -> dict[str, str]:
        """The same as whoever sends an object by a signed address has to say it."""
        return {ENCRYPTION_HEADERS[name]: value for name, value in self.encryption_parameters.items()}
