"""Who plays the agents of this server's jobs: induction, a crew with a language model, or one after the other."""

import os
from importlib.util import find_spec

from agents.agent_factory import AgentSettings
from agents.crew.settings import ModelSettings
from server.settings import Settings

CREW_WORKERS = 32  # workers of a crew mostly wait for their model
MODEL_SHARE = 0.8  # of a job's time; the rest is for its last test, so that it ends by itself and keeps its best script
NO_KEY = "none"  # a server without keys takes any, and its client insists on one


class CrewUnusable(Exception):
    """The settings call for a crew that cannot play; the message says what to do."""


def uses_model(settings: Settings) -> bool:
    """Tell whether jobs may ask a language model: one is configured and not switched off."""
    configured = bool(settings.openai_api_key.get_secret_value() or settings.openai_base_url)
    return settings.agents != "induction" and configured


def agent_settings(settings: Settings) -> AgentSettings:
    """Return who plays: the crew where a model is configured, and after induction unless the crew is to be alone.

    Raises:
        CrewUnusable: there is no model, no CrewAI, or half a price.
    """
    check_crew(settings)
    with_model = uses_model(settings)
    return AgentSettings(
        settings.max_iterations,
        settings.induction_seconds,
        first="crew" if settings.agents == "crew" else "induction",
        then="crew" if with_model else "induction",
        model=model_settings(settings) if with_model else None,
    )


def check_crew(settings: Settings) -> None:
    """Refuse settings that would leave a job without the agents that were asked for.

    Raises:
        CrewUnusable: saying what to do.
    """
    if settings.agents == "crew" and not uses_model(settings):
        raise CrewUnusable("CSV_CONVERTER_AGENTS=crew needs a language model: set OPENAI_API_KEY, or OPENAI_BASE_URL")
    if uses_model(settings) and not find_spec("crewai"):
        raise CrewUnusable(
            "a language model is configured, and CrewAI is not installed: install csv-converter-server[crew], "
            "in a clone with `make serve`, or set CSV_CONVERTER_AGENTS=induction"
        )
    if (settings.prompt_price is None) != (settings.completion_price is None):
        raise CrewUnusable("set both CSV_CONVERTER_PROMPT_PRICE and CSV_CONVERTER_COMPLETION_PRICE, or neither")


def model_settings(settings: Settings) -> ModelSettings:
    """Return which model is asked, and how much of it a job may use."""
    return ModelSettings(
        settings.openai_model_name,
        settings.openai_api_key.get_secret_value() or NO_KEY,
        settings.openai_base_url,
        max_tokens_per_job=settings.max_tokens_per_job,
        seconds_per_job=MODEL_SHARE * settings.job_seconds,
        seconds_per_request=settings.model_timeout_seconds,
        prompt_price=settings.prompt_price,
        completion_price=settings.completion_price,
        privacy=settings.privacy,
    )


def described(settings: Settings) -> str:
    """Return who plays in a word, and the model's name: "induction", "auto (gpt-4.1-mini)", "crew (llama3.1)"."""
    return f"{settings.agents} ({settings.openai_model_name})" if uses_model(settings) else "induction"


def workers(settings: Settings) -> int:
    """Return how many jobs run at the same time: as many as there are processors, and more where they wait."""
    return settings.max_workers or (CREW_WORKERS if uses_model(settings) else processors())


def conversions(settings: Settings) -> int:
    """Return how many conversions run at the same time: they wait for nothing but processors."""
    return min(workers(settings), processors())


def processors() -> int:
    """Return how many there are."""
    return os.cpu_count() or 1
