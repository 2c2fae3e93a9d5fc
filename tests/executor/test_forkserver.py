"""The process from which workers are forked, in a server of its own: each test starts a Python that has none yet."""

import json
import multiprocessing
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from executor.forkserver import look_around
from tests.server.server_process import gone, wait_until

SCENE = """
import asyncio, json, os, sys
from pathlib import Path
from executor.child import Child
from executor.forkserver import Forkserver

def facts(channel):
    from csvconverter.v1.events_pb2 import JobEvent, LogEmitted
    found = {"pid": os.getpid(), "parent": os.getppid(), "environment": dict(os.environ),
             "at_exec": Path(f"/proc/{os.getppid()}/environ").read_text(), "modules": sorted(sys.modules)}
    channel.send(JobEvent(log_emitted=LogEmitted(message=json.dumps(found))))

async def told():
    child = Child.start(facts)
    try:
        return json.loads([event async for events in child.batches() for event in events][0].log_emitted.message)
    finally:
        await child.stop()

async def main():
    forkserver = Forkserver(MODULES, Path("home"))
    BODY

if __name__ == "__main__":
    asyncio.run(main())
"""


def play(folder: Path, body: str, modules: list[str], **environment: str) -> subprocess.Popen[str]:
    scene = SCENE.replace("MODULES", repr(modules)).replace("BODY", textwrap.indent(body, "    ").lstrip())
    (folder / "scene.py").write_text(scene)
    given = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([os.getcwd(), str(folder)]), **environment}
    command = [sys.executable, "scene.py"]
    return subprocess.Popen(command, cwd=folder, env=given, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def answer(scene: subprocess.Popen[str]) -> tuple[dict, str]:
    output, _ = scene.communicate(timeout=120)
    *log, last = output.splitlines()  # which goes to standard output unless a server configures it
    return json.loads(last), "\n".join(log)


def test_workers_know_no_secret_and_write_into_a_home_of_their_own(tmp_path: Path) -> None:
    body = "await forkserver.ready()\nfound = await told()\nprint(json.dumps(found | {'own': dict(os.environ)}))"
    secrets = {"OPENAI_API_KEY": "hush", "AWS_SECRET_ACCESS_KEY": "hush", "REDIS_URL": "redis://:hush@cache"}
    found, _ = answer(play(tmp_path, body, [], **secrets, HTTPS_PROXY="http://proxy:3128", HOME="/nowhere"))
    assert found["environment"]["HOME"] == "home"
    assert found["environment"]["HTTPS_PROXY"] == "http://proxy:3128"
    assert "hush" not in json.dumps([found["environment"], found["at_exec"]])
    assert found["own"]["OPENAI_API_KEY"] == "hush"  # the server keeps what it has
    assert found["own"]["HOME"] == "/nowhere"
    assert "executor.worker" in found["modules"]


def test_module_that_cannot_be_imported_is_told_and_workers_start_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("raise AttributeError('the wheel is damaged')")
    found, log = answer(play(tmp_path, "await forkserver.ready()\nprint(json.dumps(await told()))", ["broken"]))
    assert found["pid"]
    assert "broken cannot be imported: the wheel is damaged" in log


def test_killed_forkserver_is_replaced(tmp_path: Path) -> None:
    body = """
        import signal
        await forkserver.ready()
        first = await told()
        os.kill(first["parent"], signal.SIGKILL)
        os.waitid(os.P_PID, first["parent"], os.WEXITED | os.WNOWAIT)
        await forkserver.ready()
        second = await told()
        print(json.dumps([first["parent"], second["parent"], second["environment"].get("OPENAI_API_KEY")]))
    """
    found, _ = answer(play(tmp_path, textwrap.dedent(body), [], OPENAI_API_KEY="hush"))
    first, second, key = found
    assert first != second
    assert key is None


def test_first_child_that_is_killed_is_followed_by_another(tmp_path: Path) -> None:
    """Have a module kill the child that looks whether it was imported, once."""
    (tmp_path / "deadly.py").write_text(
        "import os, signal\nfrom pathlib import Path\n"
        "if Path('imported').exists():\n    Path('imported').unlink()\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        "Path('imported').touch()\nraise ImportError('not yet')\n"
    )
    found, log = answer(play(tmp_path, "await forkserver.ready()\nprint(json.dumps(await told()))", ["deadly"]))
    assert found["pid"]
    assert "the process that forks workers did not start" in log


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "waiting.cancel()"])
def test_server_that_ends_while_modules_are_imported_waits_for_nothing_and_leaves_nothing(
    tmp_path: Path, end: str
) -> None:
    (tmp_path / "slow.py").write_text("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(600)")
    body = f"""
        import signal
        waiting = asyncio.create_task(forkserver.ready())
        await asyncio.to_thread(sys.stdin.readline)
        {end}
    """
    scene = play(tmp_path, textwrap.dedent(body), ["slow"])
    forkserver = int(scene.stdout.readline())
    scene.communicate("now\n", timeout=20)
    assert wait_until(gone({forkserver}), 2)


def test_first_child_whose_server_has_ended_has_nothing_to_say() -> None:
    receiver, sender = multiprocessing.Pipe(duplex=False)
    receiver.close()
    with sender:
        look_around([], sender)
