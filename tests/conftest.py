"""No test asks a language model or a bucket that is not its own or leaves anything behind, whoever runs it.

Real stores start when the first test asks for them, once for all tests.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stores.moto import Moto
from tests.stores.postgresql import PostgresServer
from tests.stores.rclone import Rclone


def pytest_configure() -> None:
    for name in [name for name in os.environ if name.startswith(("AWS_", "OPENAI_"))]:
        del os.environ[name]
    os.environ["XDG_DATA_HOME"] = str(Path(__file__).parents[1] / "build" / "data")  # where CrewAI makes folders


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Start a PostgreSQL; whoever stops it starts it again."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def database_url(postgres: PostgresServer) -> Iterator[str]:
    """Make a PostgreSQL database with all tables and nothing in them."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture(scope="session")
def moto() -> Iterator[Moto]:
    """Start an S3 store that takes any key."""
    with Moto() as server:
        yield server


@pytest.fixture(scope="session")
def rclone() -> Iterator[Rclone]:
    """Start an S3 store that checks signatures."""
    with Rclone() as server:
        yield server
