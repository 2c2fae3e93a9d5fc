"""How long the questions are that a language model is asked, which says how much context it needs."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from agents.crew import prompts
from agents.crew.brief import Brief, make_brief
from agents.crew.material.template import template
from agents.csv_file import read_example
from agents.task import Progress, Task, process_instructions
from agents.tester_agent import SandboxTester
from agents.workflow import Agents, train
from benchmarks.figure import Figure
from csvconverter.v1.plans_pb2 import Feedback, Plan, TransformationStep
from executor.sandbox.limits import Limits
from executor.sandbox.runner import Sandbox

EXAMPLES = Path(__file__).parent.parent / "examples"
ITERATIONS = 5
WIDE_COLUMNS, WIDE_ROWS = 300, 200
CHARACTERS_PER_TOKEN = 3  # or more, in tables and scripts


@dataclass
class Author:
    """Plans and writes what never passes, and keeps how long each question would have been."""

    brief: Brief
    played_by: str = "nobody"
    lengths: list[int] = field(default_factory=list)

    def plan(self, task: Task, feedback: Feedback | None, progress: Progress) -> Plan:
        """Plan a step for each column."""
        self.lengths.append(len(prompts.planning(self.brief, self.told(feedback))))
        details = "Take the part before the hyphen, or a blank where there is none."
        steps = [TransformationStep(target=name, source=name, details=details) for name in task.expected.header]
        return Plan(transformation_steps=steps)

    def write(self, task: Task, plan: Plan, feedback: Feedback | None, progress: Progress) -> str:
        """Write the script that a model begins with, as it stands."""
        self.lengths.append(len(prompts.coding(self.brief, plan, self.told(feedback))))
        return f"{template(self.brief, None)}\nATTEMPT = {len(self.lengths)}\n"

    def told(self, feedback: Feedback | None) -> Feedback | None:
        """Return what a model would see of the feedback."""
        return self.brief.feedback(feedback) if feedback else None


def measure() -> Iterator[Figure]:
    """Play all iterations of jobs that a model takes part in from the first, and never succeeds."""
    with tempfile.TemporaryDirectory() as name, Sandbox(Path(name) / "runs") as sandbox:
        folder = Path(name) / "wide"
        write_wide(folder)
        with sandbox.runner(Limits()) as runner:
            tester = SandboxTester(runner, Path(name))
            for example in (EXAMPLES / "shifts", EXAMPLES / "orders", folder):
                longest = max(question_lengths(read_task(example), tester))
                tokens = f"about {longest / CHARACTERS_PER_TOKEN:,.0f} tokens"
                yield Figure(f"prompts.{example.name}_characters", longest, "characters", "lower", tokens)


def question_lengths(task: Task, tester: SandboxTester) -> list[int]:
    """Return how many characters each question has."""
    author = Author(make_brief(task))
    training = train(task, lambda feedback: Agents(author, author, tester), ITERATIONS, lambda event: None)
    return [*author.lengths, len(prompts.mending(author.brief, author.brief.feedback(training.feedback())))]


def read_task(folder: Path) -> Task:
    """Read an example, and what is said about it."""
    files = [folder / name for name in ("input.csv", "expected.csv")]
    path = folder / "instructions.json"
    said = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    given, wanted = read_example(*(file.read_bytes() for file in files))
    columns = process_instructions(said.get("column_instructions", {}))
    return Task(given, wanted, files[0], columns, said.get("general_instructions", ""))


def write_wide(folder: Path) -> None:
    """Write a table of many columns, and one that has the half of them, squared."""
    folder.mkdir()
    header = ",".join(f"measure_{column}" for column in range(WIDE_COLUMNS))
    rows = [[row + column / 10 for column in range(WIDE_COLUMNS)] for row in range(WIDE_ROWS)]
    half = WIDE_COLUMNS // 2
    for name, columns, power in (("input.csv", WIDE_COLUMNS, 1), ("expected.csv", half, 2)):
        lines = [",".join(f"{cell**power:.1f}" for cell in row[:columns]) for row in rows]
        head = ",".join(header.split(",")[:columns])
        (folder / name).write_text("\n".join([head, *lines, ""]), encoding="utf-8")
