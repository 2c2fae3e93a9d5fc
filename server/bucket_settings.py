"""Settings of the bucket that keeps files, where one is named; most have the names that all programs of AWS read."""

import re

from pydantic import Field, FilePath, SecretStr, field_validator
from pydantic_settings import BaseSettings

from storage.s3.settings import S3Settings

ADDRESS = re.compile(r"https?://[^/?#@\s]+(/[^?#@\s]*)?")

REGION = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")

ENCRYPTION = re.compile(r"AES256|aws:kms(:\S+)?")


class BucketSettings(BaseSettings):
    """Where the bucket is and how it is reached."""

    aws_bucket_name: str = Field(default="", validation_alias="AWS_BUCKET_NAME")
    aws_endpoint_url: str = Field(default="", validation_alias="AWS_ENDPOINT_URL")
    aws_default_region: str = Field(default="", validation_alias="AWS_DEFAULT_REGION")
    aws_region: str = Field(default="", validation_alias="AWS_REGION")
    aws_access_key_id: str = Field(default="", validation_alias="AWS_ACCESS_KEY_ID")
    aws_secret_access_key: SecretStr = Field(default=SecretStr(""), validation_alias="AWS_SECRET_ACCESS_KEY")
    aws_session_token: SecretStr = Field(default=SecretStr(""), validation_alias="AWS_SESSION_TOKEN")
    aws_ca_bundle: FilePath | None = Field(default=None, validation_alias="AWS_CA_BUNDLE")
    bucket_encryption: str = ""
    bucket_public_url: str = ""

    @field_validator("aws_endpoint_url", "bucket_public_url")
    @classmethod
    def address_of_a_store(cls, value: str) -> str:
        """Refuse what no request can be sent to, without repeating it."""
        if value and not ADDRESS.fullmatch(value):
            raise ValueError("wanted http://host:port or https://host, without a name, a password or a query")
        return value

    @field_validator("aws_default_region", "aws_region")
    @classmethod
    def name_of_a_region(cls, value: str) -> str:
        """Refuse what no region is called, which botocore would answer with the endpoint being wrong."""
        if value and not REGION.fullmatch(value):
            raise ValueError("wanted letters, digits and hyphens, such as eu-central-1")
        return value

    @field_validator("bucket_encryption")
    @classmethod
    def known_encryption(cls, value: str) -> str:
        """Refuse what no store knows."""
        if value and not ENCRYPTION.fullmatch(value):
            raise ValueError("wanted AES256, aws:kms, or aws:kms:KEY with the id or the ARN of a key")
        return value

    @property
    def s3(self) -> S3Settings:
        """The bucket, as its store is told."""
        return S3Settings(
            bucket=self.aws_bucket_name,
            endpoint_url=self.aws_endpoint_url,
            public_url=self.bucket_public_url,
            region=self.aws_default_region or self.aws_region,
            access_key=self.aws_access_key_id,
            secret_key=self.aws_secret_access_key.get_secret_value(),
            session_token=self.aws_session_token.get_secret_value(),
            ca_bundle=str(self.aws_ca_bundle or ""),
            encryption=self.bucket_encryption,
        )
