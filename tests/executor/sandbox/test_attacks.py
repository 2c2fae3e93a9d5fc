"""Hostile scripts, each named for what becomes of it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from sandbox_runs import LIMITS, RunScript

from agents.script_runner import Outcome
from executor.sandbox.runner import Sandbox

STRONG = {"rlimits", "landlock", "seccomp"}


@pytest.fixture(autouse=True)
def _strong_machine(sandbox: Sandbox) -> None:
    """Attacks are stopped by layers that an old kernel may lack."""
    if missing := STRONG - set(sandbox.layers):
        pytest.skip(f"this kernel has no {', '.join(sorted(missing))}")


def test_environment_tells_nothing(run_script: RunScript, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    run = run_script("import os\nprint(sorted(os.environ))\n")
    assert set(re.findall("'([A-Z_]+)'", run.log)) <= {
        "ARROW_DEFAULT_MEMORY_POOL",
        "ARROW_IO_THREADS",
        "JE_ARROW_MALLOC_CONF",
        "LANG",
        "LD_LIBRARY_PATH",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "PATH",
        "TZ",
    }


def test_password_file_is_refused(run_script: RunScript) -> None:
    run = run_script("print(open('/etc/passwd').read())\n")
    assert run.outcome is Outcome.REFUSED
    assert "PermissionError: [Errno 13] Permission denied: '/etc/passwd' (line 1: print(open(" in run.detail


def test_another_jobs_files_are_refused(run_script: RunScript, tmp_path: Path) -> None:
    other = tmp_path.parent / "another job.csv"
    other.write_text("secret")
    other.chmod(0o644)
    run = run_script(f"print(open({str(other)!r}).read())\n")
    assert run.outcome is Outcome.REFUSED
    assert "secret" not in run.log


def test_the_applications_own_folder_is_refused(run_script: RunScript) -> None:
    settings = Path(__file__).resolve().parents[3] / "pyproject.toml"
    assert run_script(f"open({str(settings)!r})\n").outcome is Outcome.REFUSED


@pytest.mark.parametrize("pid", ["self", "{os.getppid()}"])
def test_environment_of_processes_is_refused(run_script: RunScript, pid: str) -> None:
    assert run_script(f"import os\nopen(f'/proc/{pid}/environ')\n").outcome is Outcome.REFUSED


def test_input_cannot_be_changed(run_script: RunScript, input_file: Path) -> None:
    before = input_file.read_bytes()
    assert run_script("import sys\nopen(sys.argv[1], 'a').write('more')\n").outcome is Outcome.REFUSED
    assert input_file.read_bytes() == before


@pytest.mark.parametrize("place", ["beside.csv", "/tmp/elsewhere.csv"])
def test_another_output_is_refused(run_script: RunScript, place: str) -> None:
    assert run_script(f"open({place!r}, 'w')\n").outcome is Outcome.REFUSED


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"])
def test_sockets_are_refused(run_script: RunScript, family: str) -> None:
    run = run_script(f"import socket\nsocket.socket(socket.{family}, socket.SOCK_DGRAM)\n")
    assert run.outcome is Outcome.REFUSED
    assert f"(line 2: socket.socket(socket.{family}, socket.SOCK_DGRAM))" in run.detail


def test_name_lookup_is_refused(run_script: RunScript) -> None:
    script = "import urllib.request\nurllib.request.urlopen('http://example.com')\n"
    assert run_script(script).outcome is Outcome.REFUSED


def test_forkbomb_is_contained(run_script: RunScript) -> None:
    run = run_script("import os\nwhile True:\n    os.fork()\n")
    assert run.outcome is Outcome.REFUSED


def test_threads_are_contained(run_script: RunScript) -> None:
    run = run_script("import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\n")
    assert run.outcome is Outcome.CRASHED
    assert "can't start new thread" in run.detail


@pytest.mark.parametrize("call", ["os.execv('/bin/sh', ['sh'])", "os.system('id')", "subprocess.run(['/bin/sh'])"])
def test_other_programs_are_refused(run_script: RunScript, call: str) -> None:
    run = run_script(f"import os, subprocess, sys\nsys.exit(1 if {call} else 0)\n")
    assert run.outcome in (Outcome.REFUSED, Outcome.CRASHED)
    assert "uid=" not in run.log


def test_killing_the_zygote_is_refused(run_script: RunScript) -> None:
    assert run_script("import os\nos.kill(os.getppid(), 9)\n").outcome is Outcome.REFUSED


def test_tracing_ends_the_script(run_script: RunScript) -> None:
    run = run_script("import ctypes\nctypes.CDLL(None).ptrace(0, 0, 0, 0)\n")
    assert run.outcome is Outcome.REFUSED
    assert "system call" in run.detail


def test_limits_cannot_be_lifted(run_script: RunScript) -> None:
    script = "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))\n"
    run = run_script(script)
    assert (run.outcome, run.detail) == (Outcome.CRASHED, "ValueError: not allowed to raise maximum limit")


def test_endless_loop_times_out(run_script: RunScript) -> None:
    run = run_script("while True:\n    pass\n", replace(LIMITS, wall_seconds=0.5))
    assert (run.outcome, run.detail) == (Outcome.TIMED_OUT, "The script ran longer than 0.5 s.")


def test_processor_time_runs_out(run_script: RunScript) -> None:
    script = "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True:\n    pass\n"
    run = run_script(script, replace(LIMITS, cpu_seconds=1))
    assert (run.outcome, run.detail) == (Outcome.TIMED_OUT, "The script used more than 1 s of processor time.")


def test_sleeper_that_ignores_signals_times_out(run_script: RunScript) -> None:
    script = "import signal, time\nfor n in range(1, 65):\n    try:\n        signal.signal(n, signal.SIG_IGN)\n"
    script += "    except (OSError, ValueError):\n        pass\ntime.sleep(60)\n"
    assert run_script(script, replace(LIMITS, wall_seconds=0.5)).outcome is Outcome.TIMED_OUT


@pytest.mark.parametrize(
    "script",
    [
        "bytearray(10**9)\n",
        "import numpy\nnumpy.ones(10**9)\n",
        "import mmap\nmmap.mmap(-1, 10**9)\n",
        "rows = []\nwhile True:\n    rows.append('x' * 10**6)\n",
        "import pandas as pd\npd.DataFrame({'a': range(10**9)}).map(str)\n",
    ],
)
def test_memory_runs_out(run_script: RunScript, script: str) -> None:
    run = run_script(script)
    assert run.outcome is Outcome.OUT_OF_MEMORY, run
    assert run.detail.startswith("The script needs more than 256 MiB of memory")


def test_endless_printing_keeps_the_end(run_script: RunScript) -> None:
    script = "n = 0\nwhile n < 10**5:\n    n += 1\n    print(n)\nraise SystemExit('enough')\n"
    run = run_script(script)
    assert run.log.endswith("99999\n100000\nenough\n")
    assert len(run.log) <= LIMITS.log_bytes


def test_huge_output_is_too_large(run_script: RunScript, output_file: Path) -> None:
    script = "import sys\nwith open(sys.argv[2], 'w') as file:\n    while True:\n        file.write('x' * 10**6)\n"
    run = run_script(script)
    assert (run.outcome, run.detail) == (Outcome.OUTPUT_TOO_LARGE, "The script wrote more than 1048576 bytes.")
    assert not output_file.exists()


def test_output_that_was_cut_off_silently_is_too_large(run_script: RunScript) -> None:
    script = "import os, sys\nfile = os.open(sys.argv[2], os.O_WRONLY)\ntry:\n    while True:\n"
    script += "        os.write(file, b'x' * 1000)\nexcept OSError:\n    pass\n"
    assert run_script(script).outcome is Outcome.OUTPUT_TOO_LARGE


@pytest.mark.parametrize("script", ["import os\nos._exit(0)\n", "import sys\nopen(sys.argv[2], 'w')\n"])
def test_success_without_output_is_invalid(run_script: RunScript, script: str, output_file: Path) -> None:
    assert run_script(script).outcome is Outcome.OUTPUT_INVALID
    assert not output_file.exists()


@pytest.mark.parametrize(
    "call", ["os.symlink('/etc/passwd', path)", "os.mkfifo(path)", "os.link('input.csv', path)", "os.mkdir(path)"]
)
def test_output_cannot_become_something_else(run_script: RunScript, call: str) -> None:
    script = f"import os, sys\npath = sys.argv[2]\nopen(path, 'w').write('x')\nos.unlink(path)\n{call}\n"
    assert run_script(script).outcome is Outcome.REFUSED


def test_patched_pandas_is_not_seen_by_the_next_run(run_script: RunScript) -> None:
    poison = "import pandas, builtins\npandas.read_csv = None\nbuiltins.leaked = 'secret'\n"
    run_script(poison)
    run = run_script("import pandas, builtins\nprint(pandas.read_csv is None, hasattr(builtins, 'leaked'))\n")
    assert run.log == "False False\n"


def test_memory_holds_nothing_of_another_run(sandbox: Sandbox, run_script: RunScript) -> None:
    run_script("print('tell' + 'tale')\nopen('output.csv', 'w').write('tell' + 'tale')\n")
    script = "import gc\nneedle = 'tell' + 'tale'\n"
    script += "found = [o for o in gc.get_objects() if isinstance(o, (str, bytes, dict, list)) and needle in o]\n"
    run = run_script(script + "print([type(o) for o in found if o is not globals()])\n")
    assert run.log == "[]\n"


def test_descriptors_of_others_are_closed(run_script: RunScript) -> None:
    script = "import os\nopen_ones = []\nfor n in range(3, 64):\n    try:\n        kind = os.fstat(n).st_mode >> 12\n"
    script += "    except OSError:\n        continue\n    open_ones.append(kind)\nprint(set(open_ones) <= {1, 4})\n"
    assert run_script(script).log == "True\n"  # pipes and folders, and no socket


def test_terminal_escapes_are_cleaned(run_script: RunScript) -> None:
    words = "\x1b[2J\x1b]0;owned\x07\x9b31mred\u202etxt\x00\x08 ok"
    run = run_script(f"print({words!a})\nraise ValueError({chr(27) + '[31mbad' + chr(7)!a})\n")
    assert run.outcome is Outcome.CRASHED
    assert run.detail == "ValueError: bad"
    assert run.log.startswith("redtxt ok\n")
    assert all(character.isprintable() or character == "\n" for character in run.log)


@pytest.mark.parametrize("words", ["b'COMPLETED\\\\n' * 10**7", "b'\\\\xff' * 10**6", "b'sealed everything\\\\n'"])
def test_report_pipe_cannot_be_abused(run_script: RunScript, sandbox: Sandbox, words: str) -> None:
    run = run_script(f"import os\nos.write(3, {words.replace(chr(92) * 2, chr(92))})\nos._exit(1)\n")
    assert run.outcome is Outcome.CRASHED
    assert run.layers == sandbox.layers


def test_segmentation_fault_ends_only_the_run(run_script: RunScript) -> None:
    run = run_script("import ctypes\nctypes.string_at(0)\n")
    detail = "The script was ended by signal 11 (Segmentation fault)."
    assert (run.outcome, run.detail) == (Outcome.CRASHED, detail)


def test_limits_of_one_run_do_not_bind_the_next(sandbox: Sandbox, input_file: Path, output_file: Path) -> None:
    script = "open('output.csv', 'w').write('x' * 1000)\n"
    outcomes = []
    for size in (10, 10_000):
        with sandbox.runner(replace(LIMITS, output_bytes=size)) as runner:
            outcomes.append(runner.run(script, input_file, output_file).outcome)
    assert outcomes == [Outcome.OUTPUT_TOO_LARGE, Outcome.COMPLETED]
