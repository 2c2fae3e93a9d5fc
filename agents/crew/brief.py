"""What the model may see of a job: the rows that are not held out, and nothing else of the files."""

from dataclasses import dataclass, field

from agents.task import Task
from csvconverter.v1.plans_pb2 import Feedback


@dataclass(frozen=True)
class HeldOut:
    """Rows, counted from 0, that enter no prompt; a script has to reproduce them unseen."""

    input_rows: frozenset[int] = frozenset()
    expected_rows: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Brief:
    """The job as the model is told of it; every prompt is made from this and from nothing else of the files."""

    task: Task  # with made-up cells where the rows are private
    held_out: HeldOut = field(default_factory=HeldOut)

    def feedback(self, feedback: Feedback) -> Feedback:
        """Return what the model may see of the tester's feedback."""
        return feedback

    def script(self, script: str) -> str:
        """Return a script that the model wrote for what it sees as one for the files as they are."""
        return script


def make_brief(task: Task) -> Brief:
    """Choose what the model sees."""
    return Brief(task)
