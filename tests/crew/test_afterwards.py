"""What was learned needs no model, and a job without its model says so."""

import pytest
from google.api.httpbody_pb2 import HttpBody

from csvconverter.v1.errors_pb2 import JOB_ERROR_KIND_MODEL_UNAVAILABLE
from csvconverter.v1.jobs_pb2 import JOB_STATUS_FAILED, JOB_STATUS_SUCCEEDED
from csvconverter.v1.services_pb2 import ConvertRequest, RunInferenceRequest
from tests.crew.stage import USER, Stage
from tests.server.caller import ALL_KEY, Caller, Refused


async def test_a_learned_script_converts_without_the_model(tmp_path, conversions):
    job, solved, unsolved = conversions
    new = f"{job.mark},plant\n0007,ulmus\n"
    converted = f"{job.mark},Title,code\n0007,Ulmus,hyzhf\n"
    with Stage(tmp_path, AGENTS="auto") as stage:
        async with Caller.connected(stage.server.address, ALL_KEY) as caller:
            run = await stage.train(caller, job, {"coder": [{"script": job.good}]})
            assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
            stage.model.close()

            request = RunInferenceRequest(user_id=USER, job_id=job.mark, input_file=new.encode())
            answer = await caller("RunInference", request)
            assert answer.output_csv.decode() == converted
            assert answer.script.decode() == job.good
            piece = ConvertRequest(client_id=USER, job_id=job.mark, content=HttpBody(data=new.encode()))
            assert (await caller.bytes("Convert", [piece])).decode() == converted
            missing = RunInferenceRequest(user_id=USER, job_id=job.mark, input_file=b"other,plant\n1,x\n")
            with pytest.raises(Refused, match=job.mark) as refused:
                await caller("RunInference", missing)
            assert refused.value.info.reason == "COLUMNS_MISSING"

            run = await stage.train(caller, solved, {}, expected_output_file=solved.expected_without_code)
            assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
            run = await stage.train(caller, unsolved, {})
    assert run.job.status == JOB_STATUS_FAILED
    assert run.job.error.kind == JOB_ERROR_KIND_MODEL_UNAVAILABLE
    assert "OPENAI_BASE_URL" in run.job.error.message
    assert run.job.iterations == 1  # what induction reached is kept
    assert "script.py" in run.job.artifacts
