"""Whole jobs that a crew takes to their end: a real server, a real channel, and a model that says what it is told."""

from csvconverter.v1.jobs_pb2 import JOB_STATUS_SUCCEEDED
from csvconverter.v1.plans_pb2 import VERDICT_CRASHED, VERDICT_MISMATCHED, VERDICT_PASSED
from tests.crew.stage import MODEL

THREE = ("planner", "coder", "tester")


def played(iteration: int, planner_and_coder: str, tester: str) -> list[tuple[int, str, str]]:
    players = (planner_and_coder, planner_and_coder, tester)
    return [(iteration, role, player) for role, player in zip(THREE, players, strict=True)]


async def test_a_crew_alone_succeeds_at_once(crew_stage, crew, conversion):
    run = await crew_stage.train(crew, conversion, {"coder": [{"script": conversion.good}]})
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
    assert run.job.iterations == 1
    assert run.parts == played(1, MODEL, MODEL)
    assert run.roles == ["planner", "coder"]


async def test_a_crew_goes_on_where_induction_ends(auto_stage, auto, conversion):
    run = await auto_stage.train(auto, conversion, {"coder": [{"script": conversion.good}]})
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
    assert run.parts == played(1, "induction", "sandbox") + played(2, MODEL, MODEL)


async def test_two_different_failures_are_mended(crew_stage, crew, conversion):
    scripts = [conversion.crashing, conversion.reversing, conversion.good]
    run = await crew_stage.train(crew, conversion, {"coder": [{"script": script} for script in scripts]})
    assert run.verdicts == [VERDICT_CRASHED, VERDICT_MISMATCHED, VERDICT_PASSED]
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
