"""The crew of one job: three agents that share a model and see the same of the files."""

from agents.crew.brief import Brief
from agents.crew.coder import CrewCoder
from agents.crew.model import LanguageModel
from agents.crew.planner import CrewPlanner
from agents.crew.settings import ModelSettings
from agents.crew.tester import CrewTester
from agents.tester_agent import SandboxTester
from agents.token_meter import TokenMeter


class Crew:
    """Planner, coder and tester."""

    def __init__(self, settings: ModelSettings, brief: Brief, sandbox: SandboxTester, meter: TokenMeter) -> None:
        model = LanguageModel(settings, meter)
        self.planner = CrewPlanner(model, brief)
        self.coder = CrewCoder(model, brief)
        self.tester = CrewTester(model, brief, sandbox)
