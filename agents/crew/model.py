"""The language model behind the agents: one question, one typed answer, within the job's budget."""

from typing import TypeVar, cast

from pydantic import BaseModel, ValidationError

from agents.crew import preload  # noqa: F401  # isort: skip
from crewai import LLM, Agent
from crewai.lite_agent_output import LiteAgentOutput

from agents.crew.answers import UnreadableAnswer
from agents.crew.roles import Role
from agents.crew.settings import ModelSettings
from agents.planner_agent import ModelUnavailable
from agents.task import Progress
from agents.token_meter import TokenMeter
from csvconverter.v1.jobs_pb2 import TokenUsage

Answer = TypeVar("Answer", bound=BaseModel)


class LanguageModel:
    """Asks one model for typed answers, counts what it used, and stops at the job's budget."""

    def __init__(self, settings: ModelSettings, meter: TokenMeter) -> None:
        self.settings = settings
        self.meter = meter

    @property
    def name(self) -> str:
        """The model's name."""
        return self.settings.name

    def ask(self, role: Role, prompt: str, answer: type[Answer], progress: Progress) -> Answer:
        """Return the model's answer in the form that is wanted.

        Raises:
            UnreadableAnswer: what came is nothing of that form, after it was asked to mend it.
            NothingLeft: the job's tokens or its time are used up.
            ModelUnavailable: the server cannot be reached, refuses the key or fails again and again.
        """
        llm = LLM(
            model=f"openai/{self.settings.name}",
            base_url=self.settings.base_url or None,
            api_key=self.settings.api_key,
            timeout=self.settings.seconds_per_request,
            max_retries=0,
            stream=True,
            response_format=answer,
        )
        agent = Agent(
            role=role.name,
            goal=role.goal,
            backstory=role.backstory,
            llm=llm,
            respect_context_window=False,
            max_iter=1,
            max_retry_limit=0,
        )
        try:
            output = cast(LiteAgentOutput, agent.kickoff(prompt))
        except Exception as error:
            raise ModelUnavailable(str(error)) from None
        usage = output.usage_metrics or {}
        self.meter.add(
            TokenUsage(
                prompt_tokens=usage.get("prompt_tokens", 0),
                completion_tokens=usage.get("completion_tokens", 0),
                requests=1,
            )
        )
        try:
            return answer.model_validate_json(output.raw)
        except ValidationError as error:
            raise UnreadableAnswer(str(error)) from None
