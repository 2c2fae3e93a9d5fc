"""Imported by the process that forks workers and by no other: it imports what they need, and ends with the server."""

import os
import signal
from contextlib import suppress
from importlib import import_module

PARENT = os.getppid()
SECONDS = 0.5


def end_with_parent(*_: object) -> None:
    """End this process when another has become its parent, also while it imports for seconds."""
    if os.getppid() != PARENT:
        os._exit(1)


signal.signal(signal.SIGALRM, end_with_parent)
signal.setitimer(signal.ITIMER_REAL, SECONDS, SECONDS)  # a fork does not inherit it
for name in os.environ.pop("CSV_CONVERTER_PRELOADED").split(","):
    with suppress(Exception):  # the first child tells what cannot be imported, and does not end all others
        import_module(name)
