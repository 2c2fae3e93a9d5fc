"""Lists of stores that do not do as Amazon's does."""

import asyncio
from collections.abc import Callable

import pytest

from storage.interfaces import StoreUnavailable
from storage.s3.artifact_store import S3ArtifactStore
from tests.contract.test_artifact_store import listed
from tests.storage.s3.strange_store import StrangeStore

SOON = 30
KEYS = [f"ann/{number}" for number in range(5)]


@pytest.mark.parametrize(
    "next_mark",
    [lambda *_: KEYS[1], lambda _, asked: f" {asked}", lambda *_: ""],
    ids=["repeats_its_mark", "begins_anew", "gives_no_mark"],
)
async def test_list_that_would_not_end_is_given_up(
    next_mark: Callable[[str, int], str],
) -> None:
    async with StrangeStore(KEYS, next_mark=next_mark).served() as settings:
        artifacts = await S3ArtifactStore.open(settings)
        for read in (listed(artifacts, ""), artifacts.tidy(0)):
            with pytest.raises(StoreUnavailable, match="does not come to the end of its list"):
                await asyncio.wait_for(read, SOON)
        await artifacts.close()


async def test_list_of_many_pages_is_read_to_its_end() -> None:
    async with StrangeStore(KEYS).served() as settings:
        artifacts = await S3ArtifactStore.open(settings)
        assert list(await listed(artifacts, "")) == KEYS
        await artifacts.tidy(0)
        await artifacts.close()
