"""The planner: finds out what has to be done to the input."""

from typing import Protocol

from agents.task import Progress, Task
from csvconverter.v1.plans_pb2 import Feedback, Plan


class NothingLeft(Exception):
    """No further attempt is made; the message says why, and what could not be explained."""


class ModelUnavailable(NothingLeft):
    """The language model cannot be used; the message says what to do about it."""


class PlannerAgent(Protocol):
    """Whoever plays the planner."""

    played_by: str

    def plan(self, task: Task, feedback: Feedback | None, progress: Progress) -> Plan:
        """Propose a plan that no earlier attempt has followed.

        Args:
            task: the two files and the instructions.
            feedback: what the tester said of the attempts so far; None at first.
            progress: takes what can be shown meanwhile.

        Raises:
            NothingLeft: there is no other plan.
        """
        ...
