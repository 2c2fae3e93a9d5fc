"""Ends a script at a fatal system call, and reports which it was and from which line of the script it came.

In place of such a call, which is never made, the kernel sends SIGSYS. A script cannot put a handler of its own in the
place of this one, for the filter forbids it; if it blocks the signal, the kernel ends the process without a word.
"""

import ctypes
import os
import platform
import signal
import sys
from collections.abc import Callable

from executor.sandbox import kernel
from executor.sandbox.failure import place_in_script
from executor.sandbox.seccomp import ARCHITECTURES
from executor.sandbox.syscalls import FATAL

# The C library's struct sigaction and the kernel's siginfo_t, on both architectures
SET_BYTES = 128
NUMBER_OFFSET = 24
SA_SIGINFO = 4

HANDLER = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


class _Action(ctypes.Structure):
    _fields_ = (
        ("handler", HANDLER),
        ("mask", ctypes.c_char * SET_BYTES),
        ("flags", ctypes.c_int),
        ("restorer", ctypes.c_void_p),
    )


def watch_calls(report: Callable[[str], None]) -> None:
    """End this process when the filter catches it at a fatal call, and report such as "mount (line 3: …)"."""
    _, column = ARCHITECTURES.get(platform.machine(), ("", 0))
    names = {numbers[column]: name for name, numbers in FATAL.items()}

    def end(_signal: int, information: int, _context: int) -> None:
        """Run in the midst of the call, which is as good a place for Python as that of any other callback from C."""
        try:
            number = ctypes.c_int.from_address(information + NUMBER_OFFSET).value
            report(names.get(number, str(number)) + place_in_script(sys._getframe()))
        finally:
            os._exit(os.EX_NOPERM)

    handler = HANDLER(end)
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(handler))  # the kernel knows it to the end of this process
    kernel.call("sigaction", signal.SIGSYS, _Action(handler, b"", SA_SIGINFO, None), None)
