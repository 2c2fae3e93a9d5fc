"""What a crew must not do: be heard, leave files behind, talk to strangers, or burden the server."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from csvconverter.v1.jobs_pb2 import JOB_STATUS_FAILED, JOB_STATUS_SUCCEEDED
from tests.crew.stage import Run, Stage
from tests.language_model.answers import Status
from tests.server.caller import ALL_KEY, Caller
from tests.server.server_process import maps

OPENAI_CLIENT = "/jiter/"  # a part of it that is no Python, and so can be seen from outside
WRITING = "openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,symlink,symlinkat,link,linkat,mknod,mknodat"
NOT_FILES = ("/dev/", "/proc/", "/sys/")


@contextmanager
def homeless_stage(folder: Path, **settings: object) -> Iterator[Stage]:
    """Start one in a world that it must leave as it was: no home, and a folder for what is temporary."""
    (folder / "server").mkdir()
    (folder / "tmp").mkdir()
    variables = {"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")}
    with Stage(folder / "server", variables, **settings) as stage:
        yield stage


async def three_jobs(stage: Stage, conversions: list) -> list[Run]:
    """Have one job succeed after failures, one end without a model, and one without a word in form."""
    repaired, refused, silent = conversions
    async with Caller.connected(stage.server.address, ALL_KEY) as caller:
        answers = [
            Status(500),
            {"script": repaired.crashing},
            {"script": repaired.reversing},
            {"script": repaired.good},
        ]
        runs = [await stage.train(caller, repaired, {"coder": answers})]
        runs.append(await stage.train(caller, refused, {"coder": [Status(401)]}))
        runs.append(await stage.train(caller, silent, {"coder": ["nothing"] * 20}))
    assert [run.job.status for run in runs] == [JOB_STATUS_SUCCEEDED, JOB_STATUS_FAILED, JOB_STATUS_FAILED]
    return runs


async def test_a_crew_is_not_heard_and_leaves_nothing_behind(tmp_path, conversions):
    with homeless_stage(tmp_path, AGENTS="crew") as stage:
        await three_jobs(stage, conversions)
        assert OPENAI_CLIENT in maps(stage.server.member("forkserver"))
        assert OPENAI_CLIENT not in maps(stage.server.process.pid)
        stage.server.process.terminate()
        assert stage.server.process.wait(15) == 0
        assert stage.server.process.stdout.read() == ""
        for line in stage.log.splitlines():
            assert json.loads(line)["level"] == "info", line
        assert {line.split()[0] for line in stage.model.lines} == {"POST"}
        assert set(stage.model.lines) == {"POST /v1/chat/completions"}
    assert {path.name for path in tmp_path.iterdir()} == {"server", "tmp"}
    assert not list((tmp_path / "tmp").iterdir())
    assert {path.name for path in (tmp_path / "server").iterdir()} == {".env", "server.log", "data"}


async def test_induction_alone_asks_nobody_and_loads_nothing(tmp_path, conversion):
    with homeless_stage(tmp_path, AGENTS="induction") as stage:
        async with Caller.connected(stage.server.address, ALL_KEY) as caller:
            run = await stage.train(caller, conversion, {})
        assert run.job.status == JOB_STATUS_FAILED
        assert OPENAI_CLIENT not in maps(stage.server.member("forkserver"))
        assert stage.model.lines == []


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
async def test_a_crew_calls_the_model_and_nobody_else(tmp_path, conversions):
    trace = tmp_path / "trace"
    with homeless_stage(tmp_path, AGENTS="crew") as stage, traced(stage.server.family(), trace):
        await three_jobs(stage, conversions)
        model = stage.model.port
    called = re.findall(r"connect\(.*?, \{sa_family=AF_INET6?, .*?htons\((\d+)\).*?\"(.*?)\"", trace.read_text())
    assert {int(port) for port, _ in called} == {model}
    assert {host for _, host in called} == {"127.0.0.1"}
    strange = [path for path in written(trace.read_text()) if not path.is_relative_to(tmp_path)]
    assert not [path for path in strange if not str(path).startswith(NOT_FILES)]


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
