"""Asks the kernel for what Python has no function for; each refusal is an OSError that names the call."""

import ctypes
import os

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long

Argument = int | bytes | None | ctypes.Structure


def control_process(option: int, value: Argument, extra: Argument = 0) -> None:
    """prctl(2).

    Raises:
        OSError: the kernel refused it.
    """
    call("prctl", option, value, extra, 0, 0)


def call(function: str, *arguments: Argument) -> int:
    """Call a function of the C library's that returns -1 when the kernel refused.

    Raises:
        OSError: the kernel refused it.
    """
    return _checked(_libc[function](*map(_passed, arguments)), function)


def system_call(name: str, number: int, *arguments: Argument) -> int:
    """Make a system call that the C library has no function for, or a newer one only.

    Raises:
        OSError: the kernel refused it.
    """
    return _checked(_libc.syscall(*map(_passed, (number, *arguments))), name)


def _passed(argument: Argument) -> object:
    """Fill a whole register with a number, of which ctypes passes the lower half otherwise."""
    if isinstance(argument, int):
        return ctypes.c_long(argument)
    return ctypes.byref(argument) if isinstance(argument, ctypes.Structure) else argument


def _checked(answer: int, name: str) -> int:
    if answer == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{os.strerror(number)}, for {name}")
    return answer
