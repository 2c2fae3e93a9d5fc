"""Who the model is to be: one role for each agent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """What CrewAI tells the model about itself."""

    name: str  # behind "You are"
    goal: str
    backstory: str


PLANNER = Role(
    "a planner of CSV conversions",
    "Find the exact rule by which each column of the expected table is made from the input table.",
    "You compare tables row by row and trust only rules that hold on every row.",
)
CODER = Role(
    "a Python programmer",
    "Write a whole script that turns the input table into the expected one, cell by cell, for other files as well.",
    "You write plain pandas code that runs the first time, and treat every cell as text until it has to be more.",
)
TESTER = Role(
    "a tester of CSV conversions",
    "Say what in a script makes its output differ from what is expected, and how to change it.",
    "You read tracebacks and differing cells, and name the function and the rule that are wrong.",
)
