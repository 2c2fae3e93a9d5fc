"""Runs scripts in this process, which takes a hundredth of the time of sealed runs; the texts are the same."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from typing import Any

from agents.reading.merging import MergedLog
from executor.streaming.joining import Joint
from executor.streaming.survey import NotCut, NotTidy, Survey, surveying_script, tidying_script


class Learned:
    """A script, and those that survey and tidy files up for it."""

    def __init__(self, script: str, part_bytes: int) -> None:
        self.convert = loaded(script)
        self.survey = loaded(surveying_script(script, part_bytes))
        self.tidy = loaded(tidying_script(script))
        self.part_bytes = part_bytes

    def look_through(self, source: Path, head: Path) -> Survey:
        return Survey.read(run(self.survey, source, head), source.stat().st_size, self.part_bytes)


def loaded(script: str) -> Any:
    names = {"__name__": "loaded"}
    exec(compile(script, "loaded.py", "exec"), names)
    return names["main"]


def run(main: Any, source: Path, output: Path) -> str:
    """Run a script and return its log; an exception says how it failed."""
    logged = io.StringIO()
    with redirect_stdout(logged), log_to(logged):
        main([str(source), str(output)])
    return logged.getvalue()


@contextmanager
def log_to(stream: io.StringIO) -> Iterator[None]:
    """Take what scripts log; the surveyor wants to hear nothing, and ends its process soon."""
    root, handler = logging.getLogger(), logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    before, level = root.handlers[:], root.level
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        root.handlers[:] = before
        root.setLevel(level)


def surveyed(learned: Learned, source: Path, folder: Path) -> tuple[Survey, Path, str]:
    """Survey a file, tidied up where that is needed; return what was found, where it lies, and what was told.

    Raises:
        NotCut: it has to be converted as a whole.
    """
    with suppress(NotTidy):
        return learned.look_through(source, folder / "head.csv"), source, ""
    tidied = folder / "tidied.csv"
    try:
        told = run(learned.tidy, source, tidied)
    except SystemExit as error:
        raise NotCut(str(error)) from None
    return learned.look_through(tidied, folder / "head.csv"), tidied, told


def converted_in_parts(learned: Learned, source: Path, folder: Path) -> tuple[bytes, str, int]:
    """Convert a file part by part; return the output, the log, and how many parts there were.

    Raises:
        NotCut: it has to be converted as a whole.
    """
    survey, source, told = surveyed(learned, source, folder)
    joint = Joint(folder / "joined.csv", folder / "head.csv", survey.encoding, survey.newline)
    log = MergedLog(told)
    part, output = folder / "part.csv", folder / "part.output.csv"
    for place in range(len(survey.cuts)):
        survey.write_part(source, place, part)
        log.add(run(learned.convert, part, output), survey.line_shift(place))
        joint.append(output)
    return (folder / "joined.csv").read_bytes(), str(log), len(survey.cuts)
