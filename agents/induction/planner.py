"""The planner of the offline side: induces a program and lays it out as a plan."""

import time

from agents.induction.feedback import tried_so_far
from agents.induction.learn import learn
from agents.induction.learned import Learned
from agents.induction.plan import write_plan
from agents.planner_agent import NothingLeft
from agents.task import Progress, Task
from csvconverter.v1.plans_pb2 import Feedback, Plan

CELL_LENGTH = 40
CELLS_SHOWN = 6


class InductionPlanner:
    """Finds programs that explain the examples, without a model."""

    played_by = "induction"

    def __init__(self, seconds: float) -> None:
        """Search no longer than so many seconds for all plans together."""
        self.seconds_left = seconds

    def plan(self, task: Task, feedback: Feedback | None, progress: Progress) -> Plan:
        """Propose the simplest program that no earlier attempt has followed."""
        if self.seconds_left <= 0:
            raise NothingLeft("the time for the search is used up")
        begin = time.monotonic()
        learned = learn(task, tried_so_far(feedback), begin + self.seconds_left, progress)
        self.seconds_left -= time.monotonic() - begin
        plan = write_plan(task, learned)
        if feedback and plan.program in {attempt.plan.program for attempt in feedback.previous_attempts}:
            raise NothingLeft(what_is_left(task, learned))
        return plan


def what_is_left(task: Task, learned: Learned) -> str:
    """Say which columns are solved and which are not, with a sample row for each of these."""
    solved = [name for name in learned.columns if name not in learned.unsolved]
    parts = [f"solved: {', '.join(solved) or 'none'}"]
    if not learned.rows.explained:
        parts.append(f"rows: {len(task.input.rows)} rows became {len(task.expected.rows)}, and no rule was found")
    for name in learned.unsolved:
        parts.append(f"not solved: {name}, for example {sample_row(task, learned, name)}")
    return "; ".join(parts)


def sample_row(task: Task, learned: Learned, name: str) -> str:
    """Show the input cells of the first row with a wanted cell, and that cell."""
    wanted = task.expected.column(name)
    row = next((row for row, cell in enumerate(wanted) if cell.strip()), 0)
    cells = [f"{source}={short(cells[row])}" for source, cells in learned.table.columns.items()]
    return f"{', '.join(cells[:CELLS_SHOWN])} → {short(wanted[row])}"


def short(cell: str) -> str:
    """Quote a cell, cut where it is long."""
    return repr(cell if len(cell) <= CELL_LENGTH else f"{cell[:CELL_LENGTH]}…")
