"""A server in miniature, as a process that tests start several times and kill: it claims jobs and finishes them."""

import asyncio
import sys

from tests.contract.jobs import finished, said, submission, submit
from tests.storage.opened import open_jobs


async def work(url: str, name: str, count: int) -> None:
    """Add so many jobs of one's own, then do any jobs until there are none; a line tells of each that is finished."""
    jobs = await open_jobs(url)
    print("open", flush=True)  # noqa: T201
    for number in range(count):
        await submit(jobs, submission(f"{name}-{number}", user_id=name, life=f"{name}-{number}"))
    while claim := await jobs.claim(name, lease_seconds=60):
        await jobs.append(claim, [said("one"), said("two")])
        await jobs.renew(claim, lease_seconds=60)
        await jobs.append(claim, [said("three")])
        await jobs.finish(claim, finished(claim), "folder/")
        print(claim.stored.life, flush=True)  # noqa: T201
    await jobs.close()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2], int(sys.argv[3])))
