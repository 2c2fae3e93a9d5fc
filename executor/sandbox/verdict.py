"""From what the kernel, the child and the output say to an outcome with a name."""

import signal

from agents.script_runner import Outcome
from executor.sandbox.limits import MEBIBYTE, Limits
from executor.sandbox.log import clean
from executor.sandbox.protocol import Answer

Verdict = tuple[Outcome, str]
"""An outcome, and one sentence for people."""


def judge_end(answer: Answer, failure: str, log: str, limits: Limits) -> Verdict | None:
    """How a child that did not end well did end; None when it exited with 0.

    Args:
        answer: what the kernel says.
        failure: the outcome's name and the detail that the child reported itself; empty when it did not.
        log: cleaned.
        limits: those of the run.
    """
    if answer.timed_out:
        return Outcome.TIMED_OUT, f"The script ran longer than {limits.wall_seconds:g} s."
    if answer.status < 0:
        return _judge_signal(-answer.status, answer.cpu_seconds, limits)
    if answer.status > 0:
        return _judge_failure(failure, limits) or _judge_status(answer.status, log)
    return None


def judge_output(size: int | None, limits: Limits) -> Verdict:
    """Judge the output, of this many bytes, that a script which exited with 0 left behind."""
    if size is None:
        return Outcome.OUTPUT_INVALID, "The output is not a plain file."
    if size == 0:
        return Outcome.OUTPUT_INVALID, "The script ended without writing anything to its output file."
    if size > limits.output_bytes:
        return _too_large(limits)
    return Outcome.COMPLETED, ""


def _judge_signal(number: int, cpu_seconds: float, limits: Limits) -> Verdict:
    if number == signal.SIGXCPU or (number == signal.SIGKILL and cpu_seconds >= limits.cpu_seconds):
        return Outcome.TIMED_OUT, f"The script used more than {limits.cpu_seconds:g} s of processor time."
    if number == signal.SIGSYS:
        return Outcome.REFUSED, "The sandbox ended the script: it made a system call that no script may make."
    if number == signal.SIGXFSZ:
        return _too_large(limits)
    if number == signal.SIGKILL:
        return Outcome.OUT_OF_MEMORY, "The system ended the script, most likely because the machine ran out of memory."
    return Outcome.CRASHED, f"The script was ended by signal {number} ({signal.strsignal(number)})."


def _judge_failure(failure: str, limits: Limits) -> Verdict | None:
    """Take the child at its word about an exception: lying would only hurt its own feedback."""
    name, _, detail = failure.partition(" ")
    outcome = Outcome.__members__.get(name)
    detail = clean(detail).strip()
    match outcome:
        case Outcome.CRASHED:
            return outcome, detail
        case Outcome.REFUSED:
            return outcome, f"The sandbox does not let scripts do this: {detail}"
        case Outcome.OUT_OF_MEMORY:
            sentence = f"The script needs more than {limits.memory_bytes // MEBIBYTE} MiB of memory"
            return (
                outcome,
                f"{sentence}: {detail}" if ":" in detail else f"{sentence}.",
            )  # a bare MemoryError says no more
        case Outcome.OUTPUT_TOO_LARGE:
            return _too_large(limits)
    return None


def _judge_status(status: int, log: str) -> Verdict:
    last_line = log.strip().rpartition("\n")[2]
    return Outcome.CRASHED, f"The script ended with exit status {status}" + (f": {last_line}" if last_line else ".")


def _too_large(limits: Limits) -> Verdict:
    return Outcome.OUTPUT_TOO_LARGE, f"The script wrote more than {limits.output_bytes} bytes."
