"""One server for all tests of what callers see, asked through a real channel and through the real gateway."""

import itertools
from collections.abc import Iterator

import pytest

from tests.api.asking import KEYS, Api, connected
from tests.server.conftest import training_request
from tests.server.server_process import server_process

NUMBERS = itertools.count(1)


@pytest.fixture(scope="package")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp("api")
    limits = {"MAX_UPLOAD_BYTES": 500_000, "MAX_WORKERS": 2}
    with server_process(folder, API_KEYS=KEYS, **limits) as server, connected(server) as connection:
        yield connection


@pytest.fixture(scope="package")
def trained(api: Api) -> str:
    """Return the user whose job `names` has succeeded."""
    api.train(training_request("ann", job_id="names"))
    return "ann"


@pytest.fixture
def user() -> str:
    """Return a user without jobs."""
    return f"user-{next(NUMBERS)}"
