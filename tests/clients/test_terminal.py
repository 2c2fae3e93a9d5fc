import asyncio
import io
import os
import pty
import re
import struct
import termios
from collections.abc import Callable, Coroutine
from fcntl import ioctl
from typing import Any

import pytest
from rich.console import Console

from csvconverter.cli.live import LiveView
from csvconverter.cli.text import visible
from csvconverter.v1.events_pb2 import AgentProgress, AgentStarted, JobEvent, ScriptWritten
from tests.clients.conftest import CLI
from tests.clients.scripted_service import ScriptedService
from tests.clients.stories import CODER, HOSTILE, JOB, SCRIPT_LINES, success, success_of_a_model

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
ALLOWED = re.compile(r"\x1b\[(\d+(;\d+)*)?m|\x1b\[\?25[lh]|\x1b\[[12]?[AK]")
"""Colours, hiding the cursor, and going back over the moving line."""

RunOnTerminal = Callable[..., Coroutine[Any, Any, str]]


@pytest.fixture
def run_on_terminal(environment: dict[str, str]) -> RunOnTerminal:
    """Run the command line on a terminal of its own and return all that was written to it."""

    async def run(*arguments: str, columns: int = 80, answer: bytes = b"") -> str:
        ours, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = await asyncio.create_subprocess_exec(
            CLI, *arguments, env=environment | {"TERM": "xterm"}, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        os.write(ours, answer)
        reading = asyncio.create_task(asyncio.to_thread(read_all, ours))
        await asyncio.wait_for(process.wait(), 30)
        return await asyncio.wait_for(reading, 10)

    return run


def read_all(terminal: int) -> str:
    """Read a terminal until nobody writes to it any more."""
    content = b""
    try:
        while piece := os.read(terminal, 65536):
            content += piece
    except OSError:  # how Linux says that the other side is closed
        pass
    finally:
        os.close(terminal)
    return content.decode()


@pytest.mark.parametrize("columns", [60, 120])
async def test_the_live_view_tells_the_whole_story(run_on_terminal: RunOnTerminal, columns: int) -> None:
    screen = CONTROL.sub("", await run_on_terminal("watch", JOB, columns=columns))
    told = [
        "Iteration 1 of at most 5",
        "planner   4 steps for 3 of 4 columns",
        "not explained yet: total",
        "coder     a script of 2 lines",
        "MISMATCHED  97.6%",
        "found",
        "and 26 more",
        "feedback  → order_date",
        "Iteration 2 of at most 5",
        "PASSED  every cell is as expected",
        "SUCCEEDED",
        f"csv-converter convert {JOB}",
    ]
    places = [screen.find(text) for text in told]
    assert -1 not in places
    assert places == sorted(places)
    assert all(len(line.rstrip("\r")) <= columns for line in re.split(r"[\r\n]+", screen))


async def test_the_live_view_tells_which_model_plays_and_what_it_uses(
    run_on_terminal: RunOnTerminal, service: ScriptedService
) -> None:
    service.story = success_of_a_model()
    screen = CONTROL.sub("", await run_on_terminal("watch", JOB, columns=120))
    assert screen.count("played by") == 1
    assert screen.index("Iteration 2") < screen.index("played by some-model") < screen.index("PASSED")
    assert "2,345 tokens in 1 request, $0.0014" in screen
    assert "4,690 tokens in 2 requests, $0.0027" in screen


@pytest.mark.parametrize("text", [SCRIPT_LINES, f"{HOSTILE}\n{HOSTILE}"])
def test_what_a_model_writes_is_seen_below_the_moving_line_until_something_happens(text: str) -> None:
    console = Console(file=io.StringIO(), width=60, force_terminal=True)
    view = LiveView(console)
    view.show(JobEvent(agent_started=AgentStarted(role=CODER, played_by="some-model")))
    view.show(JobEvent(agent_progress=AgentProgress(role=CODER, text=text)))
    with console.capture() as writing:
        console.print(view.activity)
    assert "coder at work (some-model)" in writing.get()
    assert all(visible(line)[:50] in CONTROL.sub("", writing.get()) for line in text.split("\n"))
    assert not set(CONTROL.sub("", writing.get())) & set("\x1b\x07\u202e")
    view.show(JobEvent(script_written=ScriptWritten(script="x")))
    with console.capture() as written:
        console.print(view.activity)
    assert len(written.get().splitlines()) == 1


async def test_hostile_text_cannot_touch_the_terminal(run_on_terminal: RunOnTerminal, service: ScriptedService) -> None:
    service.story = success(HOSTILE)
    screen = ALLOWED.sub("", await run_on_terminal("watch", JOB, columns=200))
    assert not set(screen) & set("\x1b\x07\u202e")
    assert r"\x1b]0;owned" in screen


async def test_deleting_asks_first(run_on_terminal: RunOnTerminal, service: ScriptedService) -> None:
    assert "Delete job orders of default" in await run_on_terminal("delete", JOB, answer=b"n\n")
    assert service.deleted == []
    await run_on_terminal("delete", JOB, answer=b"y\n")
    await run_on_terminal("delete", JOB, "--yes")
    assert service.deleted == [f"default/{JOB}"] * 2


async def test_the_script_is_shown_in_colours(run_on_terminal: RunOnTerminal) -> None:
    screen = await run_on_terminal("show", JOB, "--script")
    assert "\x1b[" in screen
    assert "import pandas as pd" in CONTROL.sub("", screen)
