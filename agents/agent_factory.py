"""Makes the agents of one process: who plays which role is decided here and nowhere else."""

from dataclasses import dataclass
from pathlib import Path

from agents.coder_agent import CoderAgent
from agents.induction.coder import InductionCoder
from agents.induction.planner import InductionPlanner
from agents.planner_agent import PlannerAgent
from agents.script_runner import ScriptRunner
from agents.tester_agent import TesterAgent
from agents.workflow import Agents


@dataclass(frozen=True)
class AgentSettings:
    """What can be set about the agents."""

    max_iterations: int = 5
    induction_seconds: float = 10.0


class AgentFactory:
    """Makes agents for one job; a fresh factory in every worker process keeps them apart."""

    def __init__(self, settings: AgentSettings, runner: ScriptRunner, folder: Path) -> None:
        """Take the settings, whoever runs scripts, and a folder for the tester's output."""
        self.settings = settings
        self.runner = runner
        self.folder = folder

    def get_planner_agent(self) -> PlannerAgent:
        """Return whoever plans."""
        return InductionPlanner(self.settings.induction_seconds)

    def get_coder_agent(self) -> CoderAgent:
        """Return whoever writes the script."""
        return InductionCoder()

    def get_tester_agent(self) -> TesterAgent:
        """Return the tester."""
        return TesterAgent(self.runner, self.folder)

    def get_agents(self) -> Agents:
        """Return all three."""
        return Agents(self.get_planner_agent(), self.get_coder_agent(), self.get_tester_agent())
