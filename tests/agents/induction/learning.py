"""Learns from two texts as a job does, and runs what was learned in this process."""

from collections.abc import Mapping
from pathlib import Path

from agents.csv_file import CsvFile, read_csv, read_example
from agents.induction.coder import InductionCoder
from agents.induction.planner import InductionPlanner
from agents.task import Task, process_instructions
from csvconverter.v1.plans_pb2 import Feedback, Plan


def silent(text: str) -> None:
    """Take progress that nobody looks at."""


def make_task(
    given: str | bytes, expected: str | bytes, columns: Mapping[str, str] | None = None, general: str = ""
) -> Task:
    files = (text.encode() if isinstance(text, str) else text for text in (given, expected))
    return Task(*read_example(*files), Path("input.csv"), process_instructions(columns or {}), general)


def plan_for(task: Task, feedback: Feedback | None = None) -> Plan:
    return InductionPlanner(10).plan(task, feedback, silent)


def script_for(task: Task) -> str:
    return InductionCoder().write(task, plan_for(task), None, silent)


def run_script(script: str, given: bytes, folder: Path) -> bytes:
    """Run a learned script on a file and return what it wrote."""
    source, output = folder / "in.csv", folder / "out.csv"
    source.write_bytes(given)
    names = {"__name__": "learned"}
    exec(compile(script, "learned.py", "exec"), names)
    names["main"]([str(source), str(output)])
    return output.read_bytes()


def convert(task: Task, given: str, folder: Path) -> CsvFile:
    """Learn a task and convert another file."""
    return read_csv(run_script(script_for(task), given.encode(), folder))
