"""Scripts that fail say so with a name, with their own line and traceback, and with nothing of ours in it."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sandbox_runs import LIMITS, RunScript

from agents.script_runner import Outcome
from executor.sandbox.runner import Sandbox


def test_crash_tells_the_line_of_the_script(run_script: RunScript, output_file: Path) -> None:
    run = run_script("def divide():\n    return 1 / 0\n\ndivide()\n")
    detail = "ZeroDivisionError: division by zero (line 2: return 1 / 0)"
    assert (run.outcome, run.detail) == (Outcome.CRASHED, detail)
    assert run.log.startswith('Traceback (most recent call last):\n  File "script.py", line 4, in <module>\n')
    assert 'File "script.py", line 2, in divide\n    return 1 / 0' in run.log
    assert not output_file.exists()


def test_syntax_error_tells_the_line_of_the_script(run_script: RunScript) -> None:
    run = run_script("x = 1\ny = (\n")
    assert (run.outcome, run.detail) == (Outcome.CRASHED, "SyntaxError: '(' was never closed (line 2: y = ()")
    assert 'File "script.py", line 2' in run.log


def test_last_word_of_a_script_is_its_detail(run_script: RunScript) -> None:
    run = run_script("import sys\nsys.exit('The column price is missing.')\n")
    assert (run.outcome, run.detail) == (Outcome.CRASHED, "The column price is missing.")


def test_exit_status_is_explained_by_the_last_line_of_the_log(run_script: RunScript) -> None:
    run = run_script("import sys\nprint('The column price is missing.')\nsys.exit(3)\n")
    detail = "The script ended with exit status 3: The column price is missing."
    assert (run.outcome, run.detail) == (Outcome.CRASHED, detail)


def test_traceback_through_a_library_names_its_file_and_not_where_it_lies(run_script: RunScript) -> None:
    run = run_script("import pandas as pd\npd.DataFrame({'a': [1]})['b']\n")
    assert run.detail == "KeyError: 'b' (line 2: pd.DataFrame({'a': [1]})['b'])"
    assert 'File "pandas/core/frame.py"' in run.log
    assert not re.search(r'File "/|executor', run.log)


def test_folder_of_the_run_is_not_told(run_script: RunScript, sandbox: Sandbox) -> None:
    run = run_script("open('convert.log', 'w')\n")
    assert run.outcome is Outcome.REFUSED
    assert str(sandbox.folder) not in run.detail + run.log
    assert "'convert.log'" in run.detail


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("open('elsewhere.csv', 'w')", "files"),
        ("open(sys.argv[1], 'a')", "files"),
        ("os.chmod(sys.argv[2], 0o777)", "system calls"),
        ("os.fork()", "system calls"),
        ("threading.Thread(target=print).start()", "system calls"),
        ("socket.getaddrinfo('example.com', 80)", "the network"),
    ],
)
def test_refusal_names_the_rule(run_script: RunScript, line: str, rule: str) -> None:
    run = run_script(f"import os, socket, sys, threading\n{line}\n")
    assert run.outcome is Outcome.REFUSED
    assert run.detail.startswith(f"The sandbox does not let scripts do this, by its rules for {rule}: ")
    assert run.detail.endswith(f" (line 2: {line}).")


@pytest.mark.parametrize("script", ["import time\n\ntime.sleep(60)\n", "x = 0\n\nwhile True:\n    x += 1\n"])
def test_script_that_takes_too_long_tells_where_it_was(run_script: RunScript, script: str) -> None:
    run = run_script(script, replace(LIMITS, wall_seconds=0.5))
    assert run.outcome is Outcome.TIMED_OUT
    assert re.fullmatch(r"The script ran longer than 0\.5 s \(line [34]: .+\)\.", run.detail)


def test_processor_time_that_runs_out_tells_where(run_script: RunScript) -> None:
    run = run_script("x = 0\nwhile True: x += 1\n", replace(LIMITS, cpu_seconds=1))
    detail = "The script used more than 1 s of processor time (line 2: while True: x += 1)."
    assert (run.outcome, run.detail) == (Outcome.TIMED_OUT, detail)


def test_script_that_will_not_be_woken_is_ended_all_the_same(run_script: RunScript) -> None:
    deaf = "import signal, time\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\ntime.sleep(60)\n"
    run = run_script(deaf, replace(LIMITS, wall_seconds=0.5))
    assert (run.outcome, run.detail) == (Outcome.TIMED_OUT, "The script ran longer than 0.5 s.")


ODD_FAILURES = {
    "an error that cannot be shown": (
        "class E(Exception):\n    def __str__(self): raise SystemExit\nraise E",
        "E: <exc",
    ),
    "an error that is looked at": ("class E(Exception):\n    __cause__ = property(lambda self: 1 / 0)\nraise E", ""),
    "causes in a circle": ("a, b = ValueError('a'), ValueError('b')\na.__cause__, b.__cause__ = b, a\nraise a", "Val"),
    "a group": ("raise ExceptionGroup('many', [ValueError(1)] * 99)", "ExceptionGroup: many (99 sub-exceptions)"),
    "a note": ("error = ValueError('x')\nerror.add_note('note')\nraise error", "ValueError: x (line 3: raise error)"),
    "an interrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt (line 1: raise KeyboardInterrupt)"),
    "a hook that raises": ("import sys\nsys.excepthook = None\nraise ValueError('x')", "ValueError: x (line 3"),
    "streams that are gone": ("import sys\nsys.stdout = sys.stderr = None\nraise ValueError('x')", "ValueError: x"),
    "deep recursion": ("def f(): f()\nf()", "RecursionError: maximum recursion depth exceeded"),
    "an odd exit": ("import sys\nsys.exit((1, 'a\\nb'))", "(1, 'a\\nb')"),
    "an exit that cannot be shown": ("class E:\n    __str__ = None\nraise SystemExit(E())", "an exception that cannot"),
    "a last wish that fails": ("import atexit\natexit.register(lambda: 1 / 0)\nraise ValueError('x')", "ValueError: x"),
    "a crash of the interpreter": ("import ctypes\nctypes.string_at(0)", "The script was ended by signal 11 (Segm"),
}


@pytest.mark.parametrize(("script", "beginning"), ODD_FAILURES.values(), ids=ODD_FAILURES)
def test_every_odd_failure_is_a_crash_with_a_clean_end(run_script: RunScript, script: str, beginning: str) -> None:
    run = run_script(script)
    assert run.outcome is Outcome.CRASHED
    assert run.detail.startswith(beginning)
    assert not re.search(r'File "/|executor/', run.log)


def test_error_of_a_group_names_the_outcome(run_script: RunScript) -> None:
    assert run_script("raise ExceptionGroup('many', [ValueError(), MemoryError()])").outcome is Outcome.OUT_OF_MEMORY


def test_huge_message_is_cut_and_leaves_the_traceback_to_be_seen(run_script: RunScript) -> None:
    run = run_script("raise ValueError('\\x1b[31mred\\ud800\\u202e' + 'y' * 10_000_000)\n")
    assert run.log.startswith("Traceback")
    assert len(run.log) < 10_000
    assert run.detail.startswith("ValueError: red")
    assert all(character.isprintable() for character in run.detail + run.log.replace("\n", ""))


def test_full_disk_is_no_fault_of_the_script(run_script: RunScript, output_file: Path) -> None:
    with pytest.raises(OSError, match="No space left on device"):
        run_script("raise OSError(28, 'No space left on device', 'output.csv')")
    assert not output_file.exists()


def test_functions_at_exit_still_have_their_globals(run_script: RunScript, output_file: Path) -> None:
    script = "import atexit, sys\natexit.register(lambda: open(sys.argv[2], 'w').write('id\\n'))\n"
    assert run_script(script).outcome is Outcome.COMPLETED
    assert output_file.read_text() == "id\n"


def test_run_steps_back_as_far_as_it_is_told(run_script: RunScript) -> None:
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(
            run_script, "import time\ntime.sleep(60)\n", replace(LIMITS, wall_seconds=3, niceness=7)
        )
        wanted = os.getpriority(os.PRIO_PROCESS, 0) + 7
        while wanted not in map(niceness, Path("/proc").glob("[0-9]*/stat")):
            assert not running.done()


def niceness(stat: Path) -> int | None:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[16])
    except OSError:  # it went away meanwhile
        return None
