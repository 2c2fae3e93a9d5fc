"""What was learned needs no model, and a job without its model says so."""

import pytest
from google.api.httpbody_pb2 import HttpBody

from csvconverter.v1.errors_pb2 import JOB_ERROR_KIND_MODEL_UNAVAILABLE
from csvconverter.v1.jobs_pb2 import JOB_STATUS_FAILED, JOB_STATUS_SUCCEEDED
from csvconverter.v1.services_pb2 import ConvertRequest, RunInferenceRequest
from tests.crew.stage import USER
from tests.server.caller import Refused


async def test_a_learned_script_converts_without_the_model(auto_stage, auto, conversion):
    new = f"{conversion.mark},plant\n0007,ulmus\n".encode()
    converted = f"{conversion.mark},Title,code\n0007,Ulmus,bstbz\n".encode()
    run = await auto_stage.train(auto, conversion, {"coder": [{"script": conversion.good}]})
    assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
    with auto_stage.model_away():
        request = RunInferenceRequest(user_id=USER, job_id=conversion.mark, input_file=new)
        answer = await auto("RunInference", request)
        assert answer.output_csv == converted
        assert answer.script.decode() == conversion.good
        piece = ConvertRequest(client_id=USER, job_id=conversion.mark, content=HttpBody(data=new))
        assert await auto.bytes("Convert", [piece]) == converted
        missing = RunInferenceRequest(user_id=USER, job_id=conversion.mark, input_file=b"other,plant\n1,x\n")
        with pytest.raises(Refused, match=conversion.mark) as refused:
            await auto("RunInference", missing)
        assert refused.value.info.reason == "COLUMNS_MISSING"


@pytest.mark.long
async def test_a_job_whose_model_is_away_keeps_what_induction_reached(auto_stage, auto, conversions):
    solved, unsolved, _ = conversions
    with auto_stage.model_away():
        run = await auto_stage.train(auto, solved, {}, expected_output_file=solved.expected_without_code)
        assert run.job.status == JOB_STATUS_SUCCEEDED, run.job.error
        run = await auto_stage.train(auto, unsolved, {})
    assert run.job.status == JOB_STATUS_FAILED
    assert run.job.error.kind == JOB_ERROR_KIND_MODEL_UNAVAILABLE
    assert "OPENAI_BASE_URL" in run.job.error.message
    assert run.job.iterations == 1
    assert "script.py" in run.job.artifacts
