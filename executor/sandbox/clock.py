"""Ends a script whose time is up, a moment before others would kill it: only from within is it known where it was."""

import os
import signal
from collections.abc import Callable
from types import FrameType

from executor.sandbox.failure import place_in_script
from executor.sandbox.limits import Limits

EARLY_SECONDS = 0.1
EARLY_SHARE = 0.1  # of a limit so short that EARLY_SECONDS were much of it

Report = Callable[[str, str], None]
"""Takes the signal's name and where the script was, such as "SIGALRM" and "(line 3: while True:)"."""


def watch_time(limits: Limits, report: Report) -> None:
    """End this process when its wall clock or its processor time is about to run out, and report its place.

    A script that takes these signals for itself, or is busy outside of Python, is killed without a word.
    """

    def end(number: int, frame: FrameType | None) -> None:
        report(signal.Signals(number).name, place_in_script(frame).strip())
        os._exit(os.EX_TEMPFAIL)

    early = min(EARLY_SECONDS, EARLY_SHARE * limits.wall_seconds)
    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds - early)
    signal.signal(signal.SIGXCPU, end)
