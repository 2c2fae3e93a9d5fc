"""Whatever two supervisors do in turns, the log has no gap and the job is the fold of its events."""

import asyncio
import tempfile

from hypothesis import given, settings
from hypothesis import strategies as st

from csvconverter.v1.events_pb2 import AttemptLost, JobEvent, PlanProposed, ScriptTested, ScriptWritten
from csvconverter.v1.jobs_pb2 import Job, JobStatus, TokenUsage
from storage.interfaces import Claim, LeaseLost
from storage.sql.job_store import SqlJobStore
from storage.sql.journal import fold
from tests.contract.jobs import finished, said, submission, submit
from tests.storage.opened import open_jobs

OWNERS = ["first", "second"]
STEPS = st.one_of(
    st.tuples(st.just("claim"), st.sampled_from(OWNERS)),
    st.tuples(st.just("append"), st.sampled_from(OWNERS), st.integers(0, 4)),
    st.tuples(st.just("release"), st.sampled_from(OWNERS)),
    st.tuples(st.just("lose"), st.sampled_from(OWNERS)),
    st.tuples(st.just("cancel")),
    st.tuples(st.just("finish"), st.sampled_from(OWNERS)),
)


@settings(deadline=None, max_examples=25)
@given(st.lists(STEPS, max_size=20))
def test_log_has_no_gap_and_folds_to_the_job(steps: list[tuple]) -> None:
    asyncio.run(play(steps))


async def play(steps: list[tuple]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        jobs = await open_jobs(f"sqlite:///{folder}/jobs.db")
        accepted = submission()
        await submit(jobs, accepted)
        claims: dict[str, Claim] = {}
        for step in steps:
            await take(jobs, claims, *step)
            events = await jobs.events(accepted.job.uid, 0) or []
            stored = await jobs.get("ann", "job")
            assert stored
            assert [event.sequence for event in events] == list(range(1, len(events) + 1))
            assert folded(accepted.job, events) == stored.job
            assert (events[-1].HasField("job_finished")) == (stored.job.status > JobStatus.JOB_STATUS_RUNNING)
        await jobs.close()


async def take(jobs: SqlJobStore, claims: dict[str, Claim], verb: str, owner: str = "", count: int = 0) -> None:
    """Take one step; a supervisor that lost the job is told so, and that is all that happens."""
    before = await jobs.get("ann", "job")
    if verb == "cancel":
        await jobs.cancel("ann", "job")
    elif verb == "claim":
        if claim := await jobs.claim(owner, lease_seconds=60):
            claims[owner] = claim
    elif claim := claims.get(owner):
        try:
            match verb:
                case "append":
                    await jobs.append(claim, [said(owner)] * count)
                case "release":
                    await jobs.release(claim)
                case "lose":
                    await jobs.lose(claim, "It was killed.")
                case "finish":
                    await jobs.finish(claim, finished(claim), "")
        except LeaseLost:
            assert await jobs.get("ann", "job") == before


def folded(job: Job, events: list[JobEvent]) -> Job:
    result = Job()
    result.CopyFrom(job)
    for event in events:
        fold(result, event)
    return result


def used(tokens: int, **cost: float) -> TokenUsage:
    return TokenUsage(prompt_tokens=tokens, completion_tokens=1, requests=1, **cost)


def test_what_a_lost_attempt_asked_of_a_model_is_added_to_what_the_next_one_asks() -> None:
    job = folded(
        Job(),
        [
            JobEvent(plan_proposed=PlanProposed(token_usage=used(10, cost_usd=0.25))),
            JobEvent(script_written=ScriptWritten(token_usage=used(20, cost_usd=0.5))),
            JobEvent(attempt_lost=AttemptLost(will_retry=True)),
            JobEvent(plan_proposed=PlanProposed()),
            JobEvent(script_tested=ScriptTested(token_usage=used(3))),
        ],
    )
    assert job.token_usage == TokenUsage(prompt_tokens=33, completion_tokens=3, requests=3, cost_usd=0.75)


def test_job_that_asked_no_model_has_no_usage() -> None:
    job = folded(Job(), [JobEvent(plan_proposed=PlanProposed()), JobEvent(script_tested=ScriptTested())])
    assert not job.HasField("token_usage")


def test_usage_that_no_message_holds_breaks_nothing() -> None:
    events = [JobEvent(script_written=ScriptWritten(token_usage=used(2**31 - 1)))] * 2
    assert folded(Job(), events).token_usage.prompt_tokens == 2**31 - 1
