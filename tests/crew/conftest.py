"""Servers whose crew asks a stub model, shared by many jobs; each job is known by a column that no other has."""

import itertools
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.crew.conversions import Conversion
from tests.crew.stage import Stage, homeless_stage
from tests.server.caller import ALL_KEY, Caller

NUMBERS = itertools.count(1)


@pytest.fixture
def conversion() -> Conversion:
    return Conversion(f"ref{next(NUMBERS)}x")


@pytest.fixture
def conversions() -> list[Conversion]:
    return [Conversion(f"ref{next(NUMBERS)}x") for _ in range(3)]


@pytest.fixture(scope="session")
def crew_stage(tmp_path_factory) -> Iterator[Stage]:
    """Return one where the crew plays alone, in a world that it must leave as it was."""
    with homeless_stage(tmp_path_factory.mktemp("crew"), AGENTS="crew") as stage:
        yield stage


@pytest.fixture(scope="session")
def auto_stage(tmp_path_factory) -> Iterator[Stage]:
    """Return one where induction plays first."""
    with Stage(tmp_path_factory.mktemp("auto"), AGENTS="auto") as stage:
        yield stage


@pytest_asyncio.fixture
async def crew(crew_stage: Stage) -> AsyncIterator[Caller]:
    async with Caller.connected(crew_stage.server.address, ALL_KEY) as caller:
        yield caller


@pytest_asyncio.fixture
async def auto(auto_stage: Stage) -> AsyncIterator[Caller]:
    async with Caller.connected(auto_stage.server.address, ALL_KEY) as caller:
        yield caller
