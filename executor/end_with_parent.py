"""Imported first by the process that forks workers: ends it with the server, also while it imports for seconds."""

import os
import signal

PARENT = os.getppid()
SECONDS = 0.5


def end_with_parent(*_: object) -> None:
    """End this process when another has become its parent."""
    if os.getppid() != PARENT:
        os._exit(1)


signal.signal(signal.SIGALRM, end_with_parent)
signal.setitimer(signal.ITIMER_REAL, SECONDS, SECONDS)  # a fork does not inherit it
