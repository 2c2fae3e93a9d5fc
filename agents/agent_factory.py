"""Makes the agents of one job: who plays which role is decided here and nowhere else."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from agents.coder_agent import CoderAgent
from agents.crew.brief import Brief, make_brief, make_private
from agents.crew.settings import ModelSettings, Privacy
from agents.induction.coder import InductionCoder
from agents.induction.planner import InductionPlanner
from agents.planner_agent import ModelUnavailable, PlannerAgent
from agents.script_runner import ScriptRunner
from agents.task import Task
from agents.tester_agent import SandboxTester, TesterAgent
from agents.token_meter import TokenMeter
from agents.workflow import Agents
from csvconverter.v1.jobs_pb2 import TokenUsage
from csvconverter.v1.plans_pb2 import Feedback

if TYPE_CHECKING:
    from agents.crew.crew import Crew

Side = Literal["induction", "crew"]


@dataclass(frozen=True)
class AgentSettings:
    """What can be set about the agents."""

    max_iterations: int = 5
    induction_seconds: float = 10.0
    first: Side = "induction"  # who makes the first attempt
    then: Side = "induction"  # who makes the others
    model: ModelSettings | None = None  # of the crew

    @property
    def crew_plays(self) -> bool:
        """Whether a model makes any of the attempts."""
        return "crew" in (self.first, self.then)

    def preload(self) -> list[str]:
        """Return the modules that take long to import and that a worker needs for its agents."""
        return ["agents.crew.preload"] if self.crew_plays else []


class AgentFactory:
    """Makes agents for one job; a fresh factory in every worker process keeps them apart."""

    def __init__(
        self, settings: AgentSettings, task: Task, runner: ScriptRunner, folder: Path, spent: TokenUsage | None = None
    ) -> None:
        """Make a factory.

        Args:
            settings: who plays.
            task: what is to be learned.
            runner: whoever runs scripts.
            folder: where the tester's output goes.
            spent: what earlier attempts of the job asked of a model, which counts as this one's.
        """
        self.settings = settings
        self.task = task
        self.runner = runner
        self.folder = folder
        self.meter = TokenMeter(spent)

    def get_planner_agent(self, side: Side) -> PlannerAgent:
        """Return whoever plans."""
        return self.crew.planner if side == "crew" else self.induction_planner

    def get_coder_agent(self, side: Side) -> CoderAgent:
        """Return whoever writes the script."""
        return self.crew.coder if side == "crew" else InductionCoder()

    def get_tester_agent(self, side: Side) -> TesterAgent:
        """Return whoever tests."""
        return self.crew.tester if side == "crew" else self.sandbox_tester

    def get_agents(self, feedback: Feedback | None) -> Agents:
        """Return all three for the first attempt, or for one after others."""
        side = self.settings.then if feedback else self.settings.first
        return Agents(self.get_planner_agent(side), self.get_coder_agent(side), self.get_tester_agent(side), self.meter)

    @cached_property
    def induction_planner(self) -> InductionPlanner:
        """Whoever searches for programs; all attempts of the job share its time."""
        return InductionPlanner(self.settings.induction_seconds)

    @cached_property
    def sandbox_tester(self) -> SandboxTester:
        """Whoever runs scripts and compares, for both sides."""
        return SandboxTester(self.runner, self.folder, self.held_out)

    def held_out(self) -> frozenset[int]:
        """Return the rows of the expected output, counted from 0, that no model sees; none where no model plays."""
        return self.brief.held_out.expected_rows if self.settings.crew_plays else frozenset()

    @cached_property
    def brief(self) -> Brief:
        """What a model may see of the job."""
        brief = make_brief(self.task)
        private = self.settings.model is not None and self.settings.model.privacy is Privacy.SYNTHETIC
        return make_private(brief, self.runner, self.folder / "made_up") if private else brief

    @cached_property
    def crew(self) -> "Crew":
        """The CrewAI side, which is slow to import where it was not preloaded.

        Raises:
            ModelUnavailable: CrewAI cannot be imported.
        """
        try:
            from agents.crew.crew import Crew
        except Exception as error:  # whatever a damaged installation raises
            message = "CrewAI cannot be imported; `csv-converter doctor` on the server says why, and its log"
            raise ModelUnavailable(message) from error
        assert self.settings.model
        return Crew(self.settings.model, self.brief, self.sandbox_tester, self.meter)
