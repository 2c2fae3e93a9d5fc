"""What is advised does not depend on how much a script has to say."""

import time

import pytest

from agents.advice import ONE_INPUT, TRACEBACK, advise
from agents.script_runner import Outcome, ScriptRun

SECONDS = 5.0  # a hundred times what it takes


@pytest.mark.parametrize("said", ["open(", 'open("', "os.", "clone", "read_"])
@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.CRASHED])
def test_a_long_traceback_is_looked_through_in_no_time(said: str, outcome: Outcome) -> None:
    log = f"{TRACEBACK}\n{said * (256 * 1024 // len(said))}"
    started = time.monotonic()
    assert advise(ScriptRun(outcome, "It failed.", log, 1.0, 1.0, 0, ()))
    assert time.monotonic() - started < SECONDS


def test_a_file_that_is_opened_to_be_read_is_an_input() -> None:
    log = f'{TRACEBACK}\n  File "script.py", line 1\n    open("other.csv")\nPermissionError'
    assert advise(ScriptRun(Outcome.REFUSED, "It failed.", log, 1.0, 1.0, 0, ())) == ONE_INPUT
