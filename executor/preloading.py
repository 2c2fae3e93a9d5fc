"""Imported by the process that forks workers and by no other: it imports what they need, and ends with the server."""

import os
import signal
from contextlib import suppress
from importlib import import_module

SECONDS = 0.5
parent, *modules = os.environ.pop("CSV_CONVERTER_FORKSERVER").split(",")
os.environ["TMPDIR"] = os.environ["HOME"]  # not told before, since this process's own socket needs a short path


def end_with_parent(*_: object) -> None:
    """End this process when another has become its parent, also while it imports for seconds."""
    if os.getppid() != int(parent):
        os._exit(1)


signal.signal(signal.SIGALRM, end_with_parent)
signal.setitimer(signal.ITIMER_REAL, SECONDS, SECONDS)  # a fork does not inherit it
for name in modules:
    with suppress(Exception):  # the first child tells what cannot be imported, and does not end all others
        import_module(name)
