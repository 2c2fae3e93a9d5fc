"""Who the model is to be: one role for each agent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """What CrewAI tells the model about itself."""

    name: str
    goal: str
    backstory: str


PLANNER = Role("Planner", "Find out how each column of the expected table is made from the input.", "You know data.")
CODER = Role("Coder", "Write the Python script that follows the plan.", "You know pandas.")
TESTER = Role("Tester", "Say what might mend a script that failed its test.", "You know how scripts fail.")
