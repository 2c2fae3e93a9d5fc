"""Scripts that are remembered: within bounds, and never of a job that is no more."""

import shutil

import pytest

from csvconverter.v1.services_pb2 import DeleteJobRequest, RunInferenceRequest
from server.script_memory import MOST_BYTES, ScriptMemory
from tests.server.caller import Refused
from tests.server.conftest import training_request
from tests.server.stored_scripts import committed, put_script

NEW = b"id,name\n011, EVE\n"


def test_scripts_that_were_not_used_for_longest_are_forgotten() -> None:
    memory = ScriptMemory()
    for folder in ("first", "second"):
        memory.keep(folder, bytes(MOST_BYTES // 2))
    assert memory.get("first")
    memory.keep("third", b"x")
    assert memory.get("first")
    assert memory.get("second") is None
    assert memory.get("third") == b"x"
    memory.keep("too large", bytes(MOST_BYTES + 1))
    assert memory.get("too large") is None
    memory.keep("fourth", b"y")
    assert memory.get("fourth") == b"y"


@pytest.mark.asyncio(loop_scope="session")
async def test_script_is_fetched_once_and_gone_with_its_job(caller, user, server_settings) -> None:
    async def convert() -> bytes:
        return (await caller("RunInference", RunInferenceRequest(user_id=user, job_id="job", input_file=NEW))).script

    await caller.train(training_request(user, job_id="job"))
    learned = await convert()
    shutil.rmtree(server_settings.folder.artifacts / committed(server_settings.folder, user, "job"))
    assert await convert() == learned

    await caller("DeleteJob", DeleteJobRequest(user_id=user, job_id="job"))
    with pytest.raises(Refused, match="NOT_FOUND"):
        await convert()

    await caller.train(training_request(user, job_id="job"))
    assert await convert() == learned  # of the new life
    put_script(server_settings.data_dir, user, "job", "import shutil, sys\nshutil.copyfile(*sys.argv[1:])\n")
    assert (await convert()).startswith(b"import shutil")
