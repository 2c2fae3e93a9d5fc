"""Settings: read from the environment and from `.env`, checked once, explained when they are wrong."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from agents.crew.settings import Privacy
from executor.sandbox.layers import LAYERS
from gateway.config import Tls
from server.address import Address
from server.bucket_settings import BucketSettings
from server.data_folder import DataFolder
from server.keys import ANY_CLIENT, Caller, parse_bindings, sha256
from server.tls import checked
from storage.sql.database import POOL_SIZE, POSTGRESQL

PREFIX = "CSV_CONVERTER_"
MEBIBYTE = 1024 * 1024
MACHINE_MEMORY = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
LEAST_MEMORY = 64 * MEBIBYTE  # for a small table; with less nothing works

NOT_FOLLOWED = {
    f"{PREFIX}BROKER_URL": "jobs run in processes of this server",
}
"""Settings of the product's documents that somebody may rely on."""

ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#*@\sA-Z]+")
"""How a browser names the server of a page."""

BASE_URL = re.compile(r"https?://[^/?#@\s]+(/[^?#@\s]*)?")
"""Where a model server is."""

ParsedAddress = Annotated[Address, NoDecode, BeforeValidator(lambda value: Address.parse(str(value)))]


class SettingsInvalid(Exception):
    """Settings are wrong; the message has one line for each."""


class Settings(BucketSettings):
    """What can be set. A field without another name is read from its own in capitals behind `CSV_CONVERTER_`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        allow_inf_nan=False,
        extra="ignore",
        frozen=True,
    )

    data_dir: Path = Path("var")
    database_url: SecretStr = SecretStr("")
    database_pool_size: int = Field(default=POOL_SIZE, ge=1, le=1000)
    grpc_address: ParsedAddress = Address("127.0.0.1", 50051)
    http_address: ParsedAddress = Address("0.0.0.0", 8000)  # as the product's documents say; no data without a key
    api_keys: SecretStr = SecretStr("")
    secret_key: SecretStr = Field(default=SecretStr(""), validation_alias="FASTAPI_AND_WEP_APP_SECRET_KEY")
    grpc_tls_cert: Path | None = None
    grpc_tls_key: Path | None = None
    grpc_tls_client_ca: Path | None = None
    http_tls_cert: Path | None = None
    http_tls_key: Path | None = None
    http_tls_client_ca: Path | None = None
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    requests_per_second: int = Field(default=0, ge=0, le=1_000_000)
    drain_seconds: int = Field(default=1, ge=0, le=5)
    max_workers: int | None = Field(default=None, ge=1, le=1024)
    job_seconds: float = Field(default=1800, gt=0)
    max_iterations: int = Field(default=5, ge=1, le=100)
    script_timeout_seconds: float = Field(default=300, gt=0)
    script_memory_bytes: int = Field(default=2048 * MEBIBYTE, ge=LEAST_MEMORY)
    worker_memory_bytes: int = Field(default=min(4096 * MEBIBYTE, MACHINE_MEMORY // 2), ge=LEAST_MEMORY)
    induction_seconds: float = Field(default=10, gt=0)
    agents: Literal["auto", "induction", "crew"] = "auto"
    openai_api_key: SecretStr = Field(default=SecretStr(""), validation_alias="OPENAI_API_KEY")
    openai_base_url: str = Field(default="", validation_alias="OPENAI_BASE_URL")
    openai_model_name: str = Field(default="gpt-4.1-mini", validation_alias="OPENAI_MODEL_NAME")
    model_timeout_seconds: float = Field(default=300, gt=0)
    max_tokens_per_job: int = Field(default=200_000, ge=1)
    prompt_price: float | None = Field(default=None, ge=0)
    completion_price: float | None = Field(default=None, ge=0)
    privacy: Privacy = Privacy.ROWS
    sandbox_minimum: Annotated[tuple[str, ...], NoDecode] = ()
    calls_per_second: int = Field(default=2000, ge=1)
    call_burst: int = Field(default=10_000, ge=1)
    open_calls: int = Field(default=2000, ge=1)
    open_watches: int = Field(default=2000, ge=1)
    queue_size: int = Field(default=10_000, ge=1)
    retention_days: float = Field(default=0, ge=0)  # 0: for ever
    audit_days: float = Field(default=365, ge=0)  # 0: for ever
    max_upload_bytes: int = Field(default=100 * MEBIBYTE, ge=1, le=1023 * MEBIBYTE)  # gRPC: two files below 2 GiB

    @field_validator("data_dir")
    @classmethod
    def absolute(cls, value: Path) -> Path:
        """Make the folder independent of later changes of the working directory."""
        return value.expanduser().absolute()

    @field_validator("sandbox_minimum", "allowed_origins", mode="before")
    @classmethod
    def names(cls, value: str | tuple[str, ...]) -> tuple[str, ...]:
        """Read names that are separated by commas."""
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @field_validator("sandbox_minimum")
    @classmethod
    def known_layers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse layers that no sandbox has, without which the server would never start."""
        if not set(value) <= set(LAYERS):
            raise ValueError(f"wanted layers of the sandbox, separated by commas: any of {', '.join(LAYERS)}")
        return value

    @field_validator("allowed_origins")
    @classmethod
    def as_browsers_write(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse origins that no browser sends, which would let nobody in."""
        if not all(origin == "*" or ORIGIN.fullmatch(origin) for origin in value):
            raise ValueError(
                "wanted *, or scheme://host or scheme://host:port, in small letters and without a slash at the end"
            )
        return value

    @field_validator("api_keys")
    @classmethod
    def well_formed(cls, value: SecretStr) -> SecretStr:
        """Refuse bindings that cannot be read, without repeating a key."""
        parse_bindings(value.get_secret_value())
        return value

    @field_validator("database_url")
    @classmethod
    def shared(cls, value: SecretStr) -> SecretStr:
        """Refuse a database that servers cannot share, without repeating a password."""
        if value and not value.get_secret_value().startswith(POSTGRESQL):
            raise ValueError("wanted postgresql://user:password@host:5432/database")
        return value

    @field_validator("openai_api_key")
    @classmethod
    def fit_for_a_header(cls, value: SecretStr) -> SecretStr:
        """Refuse a key that no request can carry, without repeating it."""
        key = value.get_secret_value().strip()
        if not (key.isascii() and key.isprintable()):
            raise ValueError("wanted a key of printable ASCII characters")
        return SecretStr(key)

    @field_validator("openai_base_url")
    @classmethod
    def reachable(cls, value: str) -> str:
        """Refuse what no request can be sent to, without repeating it."""
        if value and not BASE_URL.fullmatch(value):
            raise ValueError("wanted http://host:port/v1 or https://host/v1, without a name, a password or a query")
        return value

    @property
    def folder(self) -> DataFolder:
        """The data folder."""
        return DataFolder(self.data_dir, keeps_jobs=not self.database_url)

    @property
    def store_url(self) -> str:
        """The database of jobs, events, keys and the audit trail: the one that is set, or the data folder's own."""
        return self.database_url.get_secret_value() or self.folder.database_url

    def grpc_tls(self) -> Tls | None:
        """Return the files of TLS on the gRPC port.

        Raises:
            TlsUnusable: they cannot be used.
        """
        return checked("GRPC", self.grpc_tls_cert, self.grpc_tls_key, self.grpc_tls_client_ca)

    def http_tls(self) -> Tls | None:
        """Return the files of TLS on the HTTP port.

        Raises:
            TlsUnusable: they cannot be used.
        """
        return checked("HTTP", self.http_tls_cert, self.http_tls_key, self.http_tls_client_ca)

    def configured_callers(self) -> dict[bytes, Caller]:
        """Return who shows a configured key, by the key's digest; in the log its place stands for it."""
        bindings = parse_bindings(self.api_keys.get_secret_value())
        callers = {
            sha256(key): Caller(f"api-keys-{place}", clients)
            for place, (key, clients) in enumerate(bindings.items(), 1)
        }
        if secret := self.secret_key.get_secret_value():
            callers[sha256(secret)] = Caller("secret-key", frozenset({ANY_CLIENT}))
        return callers


def read_settings() -> Settings:
    """Read the settings of this process.

    Raises:
        SettingsInvalid: naming each variable that is wrong and what is wanted.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"{variable(str(entry['loc'][0]))}: {entry['msg'].removeprefix('Value error, ')}"
            for entry in error.errors(include_input=False)
        ]
        raise SettingsInvalid("\n".join(lines)) from None


def without_effect() -> list[str]:
    """Say which settings are made that this version does not follow, and what it does instead."""
    made = {**dotenv_values(".env"), **os.environ}
    return [
        f"{name} has no effect in this version: {instead}" for name, instead in NOT_FOLLOWED.items() if made.get(name)
    ]


def variable(field: str) -> str:
    """Return the environment variable behind a field."""
    return field if field.isupper() else PREFIX + field.upper()
