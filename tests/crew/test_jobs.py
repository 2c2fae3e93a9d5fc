"""Whole jobs that a crew takes to their end: a real server, a real channel, and a model that says what it is told."""

import base64
import json

import httpx
from google.protobuf.json_format import Parse

from csvconverter.v1.errors_pb2 import JOB_ERROR_KIND_NOT_SOLVED
from csvconverter.v1.events_pb2 import AGENT_ROLE_CODER
from csvconverter.v1.jobs_pb2 import JOB_STATUS_FAILED, JOB_STATUS_SUCCEEDED, TokenUsage
from csvconverter.v1.plans_pb2 import VERDICT_CRASHED, VERDICT_MISMATCHED, VERDICT_PASSED, Plan
from csvconverter.v1.services_pb2 import GetArtifactRequest
from tests.crew.stage import MODEL, USER, Run
from tests.language_model.answers import Costly, Dripping, Slow
from tests.server.caller import ALL_KEY

THREE = ("planner", "coder", "tester")
KEY = {"x-api-key": ALL_KEY}
ROUND = [
    "iteration_started",
    "agent_started",
    "plan_proposed",
    "agent_started",
    "script_written",
    "agent_started",
    "script_tested",
]
FAILED_ROUND = [*ROUND, "feedback_given"]
BEGINNING = ["job_queued", "job_started", "files_read"]


def played(iteration: int, planner_and_coder: str, tester: str) -> list[tuple[int, str, str]]:
    players = (planner_and_coder, planner_and_coder, tester)
    return [(iteration, role, player) for role, player in zip(THREE, players, strict=True)]


def usage_told(run: Run) -> TokenUsage:
    """Add up what the events of the three roles say."""
    told = TokenUsage()
    for event in run.events:
        payload = getattr(event, event.WhichOneof("payload"))
        if "token_usage" in payload.DESCRIPTOR.fields_by_name:
            for name in ("prompt_tokens", "completion_tokens", "requests"):
                setattr(told, name, getattr(told, name) + getattr(payload.token_usage, name))
    return told


async def test_a_crew_alone_succeeds_at_once(crew_stage, crew, conversion):
    run = await crew_stage.train(crew, conversion, {"coder": [{"script": conversion.good}]})
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
    assert run.job.iterations == 1
    assert not run.job.plan.unsolved_columns  # though the model's plan names none
    plan = await crew.bytes("GetArtifact", GetArtifactRequest(client_id=USER, job_id=conversion.mark, name="plan.json"))
    assert Parse(plan, Plan()) == run.job.plan
    assert run.parts == played(1, MODEL, MODEL)
    assert run.roles == ["planner", "coder"]
    assert run.kinds == [*BEGINNING, *ROUND, "job_finished"]
    assert [event.sequence for event in run.events] == list(range(1, len(run.events) + 1))


async def test_events_and_job_say_what_the_model_took(crew_stage, crew, conversion):
    answers = {"coder": [{"script": conversion.reversing}, {"script": conversion.good}]}
    run = await crew_stage.train(crew, conversion, answers)
    assert run.job.token_usage.requests == len(run.requests)
    assert run.job.token_usage.prompt_tokens == sum(asked.prompt_tokens for asked in run.requests)
    assert run.job.token_usage.completion_tokens > len(conversion.good) / 4
    assert usage_told(run) == run.job.token_usage
    async with httpx.AsyncClient(base_url=crew_stage.url, headers=KEY) as rest:
        metadata = (await rest.get(f"/api/v1/{USER}/{conversion.mark}")).json()
    assert metadata["token_usage"] == {
        "prompt_tokens": run.job.token_usage.prompt_tokens,
        "completion_tokens": run.job.token_usage.completion_tokens,
        "requests": run.job.token_usage.requests,
        "cost_usd": None,
    }


async def test_a_watcher_sees_a_model_write(crew_stage, crew, conversion):
    run = await crew_stage.train(crew, conversion, {"coder": [Dripping(0.02, {"script": conversion.good})]})
    told = [event.agent_progress for event in run.events if event.HasField("agent_progress")]
    texts = [progress.text for progress in told if progress.role == AGENT_ROLE_CODER]
    assert 2 <= len(texts) <= 50
    assert any(name in "\n".join(texts) for name in ("read_csv", "transform", "to_csv", "logging"))
    assert max(map(len, texts)) <= 300


async def test_a_crew_goes_on_where_induction_ends(auto_stage, auto, conversion):
    run = await auto_stage.train(auto, conversion, {"coder": [{"script": conversion.good}]})
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
    assert run.parts == played(1, "induction", "sandbox") + played(2, MODEL, MODEL)
    assert run.kinds == [*BEGINNING, *FAILED_ROUND, *ROUND, "job_finished"]
    partial, _ = [event.plan_proposed.plan for event in run.events if event.HasField("plan_proposed")]
    assert partial.unsolved_columns == ["code"]
    assert set(partial.solved_columns) == {conversion.mark, "Title"}
    assert all("Title" in asked.prompt and "code" in asked.prompt for asked in run.requests)
    assert run.roles == ["planner", "coder"]


async def test_no_token_is_spent_when_induction_solves_everything(auto_stage, auto, conversion):
    run = await auto_stage.train(auto, conversion, {}, expected_output_file=conversion.expected_without_code)
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
    assert run.requests == []
    assert not run.job.HasField("token_usage")
    assert run.parts == played(1, "induction", "sandbox")


async def test_two_different_failures_are_mended(crew_stage, crew, conversion):
    scripts = [conversion.crashing, conversion.reversing, conversion.good]
    run = await crew_stage.train(crew, conversion, {"coder": [{"script": script} for script in scripts]})
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
    assert run.verdicts == [VERDICT_CRASHED, VERDICT_MISMATCHED, VERDICT_PASSED]
    assert run.kinds == [*BEGINNING, *FAILED_ROUND, *FAILED_ROUND, *ROUND, "job_finished"]
    after_crash, after_mismatch = [asked.prompt for asked in run.requests if asked.role == "coder"][1:]
    assert "KeyError: 'flower'" in after_crash
    assert "code" in after_mismatch


async def test_the_best_of_five_attempts_is_kept(crew_stage, crew, conversion):
    wrong = [conversion.script(code) for code in ("plant", "plant.str.upper()", "plant.str[:3]")]
    scripts = [conversion.crashing, wrong[0], conversion.half_right, wrong[1], wrong[2]]
    run = await crew_stage.train(crew, conversion, {"coder": [{"script": script} for script in scripts]})
    assert run.job.status == JOB_STATUS_FAILED
    assert run.job.error.kind == JOB_ERROR_KIND_NOT_SOLVED
    assert run.job.iterations == 5
    assert run.roles.count("coder") == 5
    assert 0.8 < run.job.score < 1
    assert f"{run.job.score:.1%}" in run.job.error.message
    request = GetArtifactRequest(client_id=USER, job_id=conversion.mark, name="script.py")
    assert await crew.bytes("GetArtifact", request) == conversion.half_right.encode()


async def test_what_induction_reached_is_kept_where_the_crew_does_worse(auto_stage, auto, conversion):
    crashing = [conversion.script("plant", f'df["flower{number}"]') for number in range(4)]
    run = await auto_stage.train(auto, conversion, {"coder": [{"script": script} for script in crashing]})
    assert run.job.status == JOB_STATUS_FAILED
    assert run.job.iterations == 5
    assert 0.6 < run.job.score < 0.7
    request = GetArtifactRequest(client_id=USER, job_id=conversion.mark, name="script.py")
    assert b"flower" not in await auto.bytes("GetArtifact", request)


async def test_a_crew_that_repeats_itself_stops_early(crew_stage, crew, conversion):
    answers = {"coder": [{"script": conversion.reversing}] * 5}
    run = await crew_stage.train(crew, conversion, answers)
    assert run.job.status == JOB_STATUS_FAILED
    assert run.job.error.kind == JOB_ERROR_KIND_NOT_SOLVED
    assert run.job.iterations == 1
    assert "same" in run.job.error.message
    assert run.roles.count("coder") <= 3


async def test_a_job_stops_at_its_tokens(crew_stage, crew, conversion):
    answers = {"coder": [Costly(300_000, {"script": conversion.reversing}), {"script": conversion.good}]}
    run = await crew_stage.train(crew, conversion, answers)
    assert run.job.status == JOB_STATUS_FAILED
    assert run.job.error.kind == JOB_ERROR_KIND_NOT_SOLVED
    assert "CSV_CONVERTER_MAX_TOKENS_PER_JOB" in run.job.error.message
    assert run.roles == ["planner", "coder"]
    assert run.job.token_usage.completion_tokens >= 300_000
    assert "script.py" in run.job.artifacts


async def test_rest_callers_have_a_crew_too(crew_stage, conversion):
    crew_stage.play(conversion, {"coder": [Slow(0.1, {"script": conversion.good})]})
    request = {
        "user_id": USER,
        "job_id": conversion.mark,
        "input_file": base64.b64encode(conversion.input).decode(),
        "expected_output_file": base64.b64encode(conversion.expected).decode(),
        "job_title": "Codes",
        "owner": "Ann",
    }
    async with httpx.AsyncClient(base_url=crew_stage.url, headers=KEY, timeout=60) as rest:
        assert (await rest.post("/api/v1/train", json=request)).status_code == 202
        events = await rest.get(f"/api/v1/{USER}/{conversion.mark}/events")
        told = [json.loads(line[6:]).get("event", {}) for line in events.text.splitlines() if line.startswith("data:")]
        assert told[-1]["job_finished"]["job"]["status"] == "JOB_STATUS_SUCCEEDED"
        assert MODEL in {event["agent_started"]["played_by"] for event in told if "agent_started" in event}
        other = base64.b64encode(f"{conversion.mark},plant\n9,new\n".encode()).decode()
        asked = {"user_id": USER, "job_id": conversion.mark, "input_file": other}
        answer = await rest.post("/api/v1/inference/run", json=asked)
    assert answer.status_code == 200, answer.text
    assert base64.b64decode(answer.json()["output_csv"]).decode() == f"{conversion.mark},Title,code\n9,New,uld\n"
