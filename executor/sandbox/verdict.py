"""From what the kernel and the child say to an outcome with a name."""

import errno
import os
import re
import signal

from agents.script_runner import Outcome
from executor.sandbox.limits import MEBIBYTE, Limits
from executor.sandbox.log import clean
from executor.sandbox.protocol import Answer

Verdict = tuple[Outcome, str]
"""An outcome, and one sentence for people."""

DISK_FULL = re.compile(rf"OSError: \[Errno ({errno.ENOSPC}|{errno.EDQUOT})\]")


def judge_end(answer: Answer, failure: str, log: str, limits: Limits) -> Verdict | None:
    """How a child that did not end well did end; None when it exited with 0.

    Args:
        answer: what the kernel says.
        failure: the outcome's name and the detail that the child reported itself; empty when it did not.
        log: cleaned.
        limits: those of the run.

    Raises:
        OSError: the disk was full, which is no fault of the script.
    """
    if answer.timed_out:
        return _timed_out(signal.SIGALRM.name, "", limits)
    if answer.status < 0:
        return _judge_signal(-answer.status, answer.cpu_seconds, limits)
    if answer.status > 0:
        return _judge_failure(failure, limits) or _judge_status(answer.status, log)
    return None


def too_large(limits: Limits) -> Verdict:
    """Say that the script wrote, or tried to write, more than it may."""
    return Outcome.OUTPUT_TOO_LARGE, f"The script wrote more than {limits.output_bytes} bytes."


def _judge_signal(number: int, cpu_seconds: float, limits: Limits) -> Verdict:
    if number == signal.SIGXCPU or (number == signal.SIGKILL and cpu_seconds >= limits.cpu_seconds):
        return _timed_out(signal.SIGXCPU.name, "", limits)
    if number == signal.SIGSYS:
        return Outcome.REFUSED, "The sandbox ended the script: it made a system call that no script may make."
    if number == signal.SIGXFSZ:
        return too_large(limits)
    if number == signal.SIGKILL:
        return Outcome.OUT_OF_MEMORY, "The system ended the script, most likely because the machine ran out of memory."
    return Outcome.CRASHED, f"The script was ended by signal {number} ({signal.strsignal(number)})."


def _judge_failure(failure: str, limits: Limits) -> Verdict | None:
    """Take the child at its word about an exception: lying would only hurt its own feedback.

    Raises:
        OSError: the disk is full, which is no fault of the script.
    """
    name, _, detail = failure.partition(" ")
    detail = clean(detail).strip()
    if full := DISK_FULL.match(detail):
        raise OSError(int(full[1]), os.strerror(int(full[1])))
    match Outcome.__members__.get(name):
        case Outcome.CRASHED:
            return Outcome.CRASHED, detail
        case Outcome.REFUSED:
            return Outcome.REFUSED, f"The sandbox does not let scripts do this, {detail}."
        case Outcome.OUT_OF_MEMORY:
            memory = limits.memory_bytes // MEBIBYTE
            return Outcome.OUT_OF_MEMORY, f"The script needs more than {memory} MiB of memory: {detail}."
        case Outcome.TIMED_OUT:
            clock, _, place = detail.partition(" ")
            return _timed_out(clock, place, limits)
        case Outcome.OUTPUT_TOO_LARGE:
            return Outcome.OUTPUT_TOO_LARGE, f"{too_large(limits)[1].rstrip('.')}: {detail}."
    return None


def _timed_out(clock: str, place: str, limits: Limits) -> Verdict:
    """Say which limit it was, by the signal that stands for it, and where the script was, when that is known."""
    used = f"used more than {limits.cpu_seconds:g} s of processor time"
    sentence = used if clock == signal.SIGXCPU.name else f"ran longer than {limits.wall_seconds:g} s"
    return Outcome.TIMED_OUT, f"The script {sentence} {place}".rstrip() + "."


def _judge_status(status: int, log: str) -> Verdict:
    last_line = log.strip().rpartition("\n")[2]
    return Outcome.CRASHED, f"The script ended with exit status {status}" + (f": {last_line}" if last_line else ".")
