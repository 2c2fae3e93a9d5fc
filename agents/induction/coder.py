"""The coder of the offline side: writes down the program that the plan carries."""

from agents.induction.operators import read_program
from agents.induction.script.render import render
from agents.task import Progress, Task
from csvconverter.v1.plans_pb2 import Feedback, Plan


class InductionCoder:
    """Renders induced programs; everything it needs stands in the plan and the task."""

    played_by = "induction"

    def write(self, task: Task, plan: Plan, feedback: Feedback | None, progress: Progress) -> str:
        """Return the script for the plan's program."""
        return render(read_program(plan.program), task.input, task.expected)
