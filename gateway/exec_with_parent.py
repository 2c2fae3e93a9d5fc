"""Become another program that is killed when its parent dies: python exec_with_parent.py PARENT_ID PROGRAM ARGUMENT...

It may open as many files as the system allows, since each connection is one. All this happens in a program of its own,
since the server must not run Python between fork and exec.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask the kernel for the signal, see that the parent has not died before that, raise the limit, and exec."""
    parent, program = int(sys.argv[1]), sys.argv[2]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:
        sys.exit("the parent process has ended")
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    os.execv(program, sys.argv[2:])


if __name__ == "__main__":
    main()
