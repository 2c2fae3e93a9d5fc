"""What an exception of a script says: an outcome, one line for people, and a traceback that begins in the script.

The exception is the script's own object, and its author is not trusted: it may raise, or be endless, when it is looked
at. Whatever it does costs its own script the wording, and nobody else anything.
"""

import errno
import linecache
import os
import socket
import sys
import traceback
from types import FrameType, TracebackType

from agents.script_runner import Outcome
from executor.sandbox.protocol import SCRIPT

DETAIL_CHARACTERS = 500
PIECE_CHARACTERS = 8 * 1024  # of what is printed of one exception or one frame
LINE_CHARACTERS = 120  # of a line of the script that is quoted
CAUSES = 100  # how many are looked at: they may go round in a circle

UNSHOWN = "an exception that cannot be shown"
FILES, NETWORK, SYSTEM_CALLS = "files", "the network", "system calls"
RULES: dict[int | None, str] = {
    errno.EACCES: FILES,
    errno.EROFS: FILES,
    errno.ENETUNREACH: NETWORK,
    errno.EPERM: SYSTEM_CALLS,
}
"""Of what the rule is that makes the kernel refuse with an error: the filter of system calls alone takes EPERM."""

NO_THREAD = "can't start new thread"
NO_TEMPORARY_FILES = "No usable temporary directory"
PARSER_ERROR, PARSER_OUT_OF_MEMORY = "ParserError", "C error: out of memory"  # pandas has an exception of its own


def explain(error: BaseException) -> tuple[Outcome, str]:
    """Return what became of the script, and one line that says why and quotes the script's line."""
    try:
        outcome, rule = _judge(error)
        line = one_line(_without_folder(_last_words(error)), DETAIL_CHARACTERS) + place(_script_line(error))
        return outcome, f"{by_rule(rule)} {line}" if rule else line
    except BaseException:
        return Outcome.CRASHED, UNSHOWN


def by_rule(rule: str) -> str:
    """Begin the detail of a refusal."""
    return f"by its rules for {rule}:"


def formatted(error: BaseException) -> str:
    """Return the traceback from the script's first line on, without the folders in which libraries lie."""
    try:
        shown = traceback.TracebackException(type(error), error, _from_script(error.__traceback__))
        text = _without_folder("".join(map(_shortened, shown.format())))
    except BaseException:
        return f"{UNSHOWN}\n"
    for folder in sorted(filter(None, sys.path), key=len, reverse=True):
        text = text.replace(f'File "{folder}{os.sep}', 'File "')
    return text


def place_in_script(frame: FrameType | None) -> str:
    """Quote the line of the script that is being executed in this frame or further out."""
    while frame is not None and frame.f_code.co_filename != SCRIPT:
        frame = frame.f_back
    return place(frame and frame.f_lineno)


def place(number: int | None) -> str:
    """Quote a line of the script, to stand behind a sentence; nothing when it is not known."""
    if not number:
        return ""
    text = one_line(linecache.getline(SCRIPT, number), LINE_CHARACTERS)
    return f" (line {number}: {text})" if text else f" (line {number})"


def one_line(text: str, most: int) -> str:
    """Return the beginning of a text without line ends."""
    words = " ".join(text[: 4 * most].split())
    return words if len(words) <= most else words[: most - 1] + "…"


def _shortened(piece: str) -> str:
    return piece if len(piece) <= PIECE_CHARACTERS else f"{piece[:PIECE_CHARACTERS]}… ({len(piece)} characters)\n"


def _without_folder(text: str) -> str:
    """Name files as the script does: where its folder lies is nobody's business."""
    folder = os.getcwd()
    return text.replace(folder + os.sep, "").replace(folder, ".")


def _last_words(error: BaseException) -> str:
    """Return the exception as the last line of a traceback shows it, without the notes that may stand below."""
    shown = traceback.TracebackException(type(error), error, error.__traceback__, lookup_lines=False)
    shown.__notes__ = None
    return list(shown.format_exception_only())[-1]


def _script_line(error: BaseException) -> int | None:
    """Find the line of the script from which the error came; of one in its grammar, the line that is wrong."""
    if isinstance(error, SyntaxError) and error.filename == SCRIPT:
        return error.lineno
    lines = [number for frame, number in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == SCRIPT]
    return lines[-1] if lines else None


def _from_script(step: TracebackType | None) -> TracebackType | None:
    while step is not None and step.tb_frame.f_code.co_filename != SCRIPT:
        step = step.tb_next
    return step


def _judge(error: BaseException) -> tuple[Outcome, str]:
    """Return the outcome, and of what the rule is that the sandbox refused something by."""
    for cause in _causes(error):
        if _is_out_of_memory(cause):
            return Outcome.OUT_OF_MEMORY, ""
        if rule := _rule_against(cause):
            return Outcome.REFUSED, rule
        if _number(cause) == errno.EFBIG:
            return Outcome.OUTPUT_TOO_LARGE, ""
    return Outcome.CRASHED, ""


def _is_out_of_memory(error: BaseException) -> bool:
    parser = type(error).__name__ == PARSER_ERROR and PARSER_OUT_OF_MEMORY in str(error)
    return isinstance(error, MemoryError) or _number(error) == errno.ENOMEM or parser


def _rule_against(error: BaseException) -> str:
    if isinstance(error, socket.gaierror):
        return NETWORK
    if type(error) is RuntimeError and NO_THREAD in str(error):
        return SYSTEM_CALLS
    if type(error) is FileNotFoundError and NO_TEMPORARY_FILES in str(error):
        return FILES
    return RULES.get(_number(error), "")


def _number(error: BaseException) -> int | None:
    return error.errno if isinstance(error, OSError) else None


def _causes(error: BaseException) -> list[BaseException]:
    """Return the error, those that it groups, and what led to it, as a traceback shows them."""
    found = [error]
    for cause in found:
        if isinstance(cause, BaseExceptionGroup):
            found.extend(cause.exceptions)
        led = cause.__context__ if cause.__cause__ is None and not cause.__suppress_context__ else cause.__cause__
        if led is not None:
            found.append(led)
        if len(found) >= CAUSES:
            break
    return found
