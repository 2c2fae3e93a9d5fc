"""What a crew must not do: be heard, leave files behind, talk to strangers, or burden the server."""

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path

import pytest

from csvconverter.v1.jobs_pb2 import JOB_STATUS_FAILED, JOB_STATUS_SUCCEEDED
from tests.crew.conversions import Conversion
from tests.crew.stage import MODEL_KEY, Stage, homeless_stage
from tests.language_model.answers import Hang, Status
from tests.server.caller import ALL_KEY, Caller
from tests.server.server_process import maps

OPENAI_CLIENT = "/jiter/"  # a part of it that is no Python, and so can be seen from outside
WRITING = "openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,symlink,symlinkat,link,linkat,mknod,mknodat"
NOT_FILES = ("/dev/", "/proc/", "/sys/")


async def three_jobs(stage: Stage, caller: Caller, conversions: list[Conversion]) -> None:
    """Have one job succeed after failures, one end without a model, and one without a word in form."""
    repaired, refused, silent = conversions
    answers = [Status(500), {"script": repaired.crashing}, {"script": repaired.reversing}, {"script": repaired.good}]
    runs = [await stage.train(caller, repaired, {"coder": answers})]
    runs.append(await stage.train(caller, refused, {"coder": [Status(401)]}))
    runs.append(await stage.train(caller, silent, {"coder": repeat("nothing")}))
    assert [run.job.status for run in runs] == [JOB_STATUS_SUCCEEDED, JOB_STATUS_FAILED, JOB_STATUS_FAILED]


async def test_a_crew_is_not_heard(crew_stage, crew, conversions):
    await three_jobs(crew_stage, crew, conversions)
    entries = [json.loads(line) for line in crew_stage.log.splitlines()]  # whatever else is heard is no JSON
    told = {entry["event"] for entry in entries if "path" not in entry}  # which stands in the gateway's
    assert told - {"job attempt is lost"} == {"call", "job attempt ended"}  # others kill workers of this server
    assert MODEL_KEY not in crew_stage.log
    assert set(crew_stage.model.lines) == {"POST /v1/chat/completions"}


async def test_a_crew_does_not_burden_the_server(crew_stage, crew, conversion):
    await crew_stage.train(crew, conversion, {"coder": [{"script": conversion.good}]})
    assert OPENAI_CLIENT in maps(crew_stage.server.member("forkserver"))
    assert OPENAI_CLIENT not in maps(crew_stage.server.process.pid)


async def test_the_key_stands_in_no_file_and_no_process_but_the_server(crew_stage, crew, conversion):
    hang = Hang({"script": conversion.good})
    await crew_stage.start_job(crew, conversion, {"coder": [hang]})
    assert await asyncio.to_thread(hang.begun.wait, 60)
    others = crew_stage.server.family() - {crew_stage.server.process.pid}
    told = [what_is_told_to(pid) for pid in others]
    hang.released.set()
    run = await crew_stage.finish(crew, conversion)
    data = crew_stage.folder / "data"
    whole = data.glob(f"artifacts/**/{conversion.mark}/**/[!.]*.*")  # one that is being written has a name with a dot
    kept = [path.read_bytes() for path in (*data.glob("jobs.db*"), *whole)]
    assert len(kept) > 5
    assert not [text for text in (*told, *kept) if MODEL_KEY.encode() in text]
    assert MODEL_KEY not in str(run.events)


def what_is_told_to(pid: int) -> bytes:
    """Return the environment and the command line of a process, which others can read; nothing when it ends."""
    try:
        return b"".join(Path(f"/proc/{pid}/{name}").read_bytes() for name in ("environ", "cmdline"))
    except (FileNotFoundError, ProcessLookupError):
        return b""


async def test_induction_alone_asks_nobody_and_loads_nothing(tmp_path, conversion):
    with homeless_stage(tmp_path, AGENTS="induction") as stage:
        async with Caller.connected(stage.server.address, ALL_KEY) as caller:
            run = await stage.train(caller, conversion, {})
        assert run.job.status == JOB_STATUS_FAILED
        assert OPENAI_CLIENT not in maps(stage.server.member("forkserver"))
        assert stage.model.lines == []


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
async def test_a_crew_calls_the_model_and_nobody_else_and_leaves_nothing_behind(tmp_path, conversions):
    trace = tmp_path / "trace"
    with homeless_stage(tmp_path, AGENTS="crew") as stage:
        with traced(stage.server.family(), trace):
            async with Caller.connected(stage.server.address, ALL_KEY) as caller:
                await three_jobs(stage, caller, conversions)
        stage.server.process.terminate()
        assert stage.server.process.wait(15) == 0
        assert stage.server.process.stdout.read() == ""
    called = re.findall(r"connect\(.*?, \{sa_family=AF_INET6?, .*?htons\((\d+)\).*?\"(.*?)\"", trace.read_text())
    assert set(called) == {(str(stage.model.port), "127.0.0.1")}
    strange = [path for path in written(trace.read_text()) if not path.is_relative_to(tmp_path)]
    strange = [path for path in strange if path.parent.name != "__pycache__"]  # Python's, where nobody imported before
    assert not [path for path in strange if not str(path).startswith(NOT_FILES)]
    assert {path.name for path in tmp_path.iterdir()} == {"server", "tmp", "trace"}
    assert not list((tmp_path / "tmp").iterdir())
    assert {path.name for path in (tmp_path / "server").iterdir()} == {".env", "server.log", "data"}


@contextmanager
def traced(pids: set[int], trace: Path) -> Iterator[None]:
    """Write down what processes, and those that they start, connect to and write."""
    targets = [argument for pid in pids for argument in ("-p", str(pid))]
    command = ["strace", "-f", "-qq", "-y", "-s", "300", "-e", f"trace=connect,{WRITING}", "-o", str(trace), *targets]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as strace:
        try:
            yield
        finally:
            strace.terminate()


def written(trace: str) -> set[Path]:
    """Return the absolute paths that were opened to be written, or made."""
    opened = re.findall(r'open(?:at)?\(.*?"(/[^"]*)", [^)]*O_(?:WRONLY|RDWR|CREAT)[^)]*\) = \d', trace)
    made = re.findall(r'(?:mkdir|rename|symlink|link|mknod)\w*\(.*"(/[^"]*)"[^"]*\) = 0', trace)
    return {Path(path) for path in (*opened, *made)}
