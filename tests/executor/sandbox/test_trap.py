"""A script that makes a fatal system call is told which it was, and where."""

import platform

import pytest
from sandbox_runs import RunScript

from agents.script_runner import Outcome
from executor.sandbox import seccomp
from executor.sandbox.runner import Sandbox
from executor.sandbox.syscalls import FATAL

SENTENCE = "The sandbox does not let scripts do this, by its rules for system calls: the system call"


@pytest.fixture(autouse=True)
def _filtering_machine(sandbox: Sandbox) -> None:
    if "seccomp" not in sandbox.layers:
        pytest.skip("this kernel has no seccomp")


def test_fatal_call_is_named_with_its_line(run_script: RunScript) -> None:
    script = """\
import ctypes

def attack():
    ctypes.CDLL(None).ptrace(0, 0, 0, 0)

print("before")
attack()
"""
    run = run_script(script)
    assert run.outcome is Outcome.REFUSED
    assert run.detail == f"{SENTENCE} ptrace (line 4: ctypes.CDLL(None).ptrace(0, 0, 0, 0))."
    assert run.log == "before\n"


@pytest.mark.parametrize("name", ["io_uring_setup", "keyctl", "unshare"])
def test_fatal_call_by_number_is_named(run_script: RunScript, name: str) -> None:
    number = FATAL[name][seccomp.ARCHITECTURES[platform.machine()][1]]
    run = run_script(f"import ctypes\nctypes.CDLL(None).syscall({number}, 0, 0, 0, 0, 0, 0)\n")
    assert run.detail == f"{SENTENCE} {name} (line 2: ctypes.CDLL(None).syscall({number}, 0, 0, 0, 0, 0, 0))."


def test_fatal_call_of_the_standard_library_is_named(run_script: RunScript) -> None:
    assert run_script("import os\nos.chroot('.')\n").detail == f"{SENTENCE} chroot (line 2: os.chroot('.'))."


@pytest.mark.parametrize("handler", ["signal.SIG_IGN", "signal.SIG_DFL", "print"])
def test_handler_cannot_be_replaced(run_script: RunScript, handler: str) -> None:
    script = f"""\
import os, signal
try:
    signal.signal(signal.SIGSYS, {handler})
except PermissionError:
    os.chroot('.')
"""
    assert run_script(script).detail == f"{SENTENCE} chroot (line 5: os.chroot('.'))."


def test_blocked_signal_ends_the_script_without_a_word(run_script: RunScript) -> None:
    run = run_script("import os, signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGSYS])\nos.chroot('.')\n")
    assert (run.outcome, run.detail) == (
        Outcome.REFUSED,
        "The sandbox ended the script: it made a system call that no script may make.",
    )


def test_call_is_not_made_even_if_the_script_survives_it(run_script: RunScript) -> None:
    script = """\
import ctypes, os
leave, os._exit = os._exit, lambda status: None

class Piece(ctypes.Structure):
    _fields_ = (("start", ctypes.c_void_p), ("length", ctypes.c_size_t))

def piece(buffer):
    return ctypes.byref(Piece(ctypes.addressof(buffer), 6))

secret, copy = ctypes.create_string_buffer(b"secret"), ctypes.create_string_buffer(6)
ctypes.CDLL(None).process_vm_readv(os.getpid(), piece(copy), 1, piece(secret), 1, 0)
print(copy.raw)
os._exit = leave
"""
    assert run_script(script).log == f"{bytes(6)!r}\n"
