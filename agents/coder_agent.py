"""The coder: writes the script that follows a plan."""

from typing import Protocol

from agents.task import Progress, Task
from csvconverter.v1.plans_pb2 import Feedback, Plan


class CoderAgent(Protocol):
    """Whoever plays the coder."""

    played_by: str

    def write(self, task: Task, plan: Plan, feedback: Feedback | None, progress: Progress) -> str:
        """Return a whole Python file that runs as `python script.py INPUT.csv OUTPUT.csv`."""
        ...
