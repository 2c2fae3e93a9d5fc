"""What the model is asked. Cells are data: they stand in blocks of JSON, cut and escaped, and nowhere else."""

import json

from agents.crew.brief import Brief
from csvconverter.v1.plans_pb2 import Feedback, Plan, TestReport


def planning(brief: Brief, feedback: Feedback | None) -> str:
    """Ask for a plan."""
    return f"Plan the conversion.\n{rows(brief)}"


def coding(brief: Brief, plan: Plan, feedback: Feedback | None) -> str:
    """Ask for the whole script."""
    return f"Write the script.\n{rows(brief)}"


def mending(brief: Brief, script: str, report: TestReport) -> str:
    """Ask for suggestions, one for each error."""
    return "Say what might mend each error."


def rows(brief: Brief) -> str:
    """Return both tables as JSON."""
    return "\n".join(json.dumps([file.header, *file.rows[:5]]) for file in (brief.task.input, brief.task.expected))
