"""Who plays, by what is set; and what keeps a server from starting rather than leaving agents out."""

import os
import subprocess
import sys

import pytest

from server.players import CrewUnusable, agent_settings, check_crew, conversions, described, workers
from server.settings import Settings
from tests.server.conftest import settings_for

KEY = {"OPENAI_API_KEY": "hush", "OPENAI_MODEL_NAME": "some-model"}
LOCAL = {"OPENAI_BASE_URL": "http://localhost:11434/v1", "OPENAI_MODEL_NAME": "some-model"}


def sides(settings: Settings) -> tuple[str, str]:
    chosen = agent_settings(settings)
    return chosen.first, chosen.then


def test_without_a_model_induction_is_alone(tmp_path):
    settings = settings_for(tmp_path)
    assert sides(settings) == ("induction", "induction")
    assert agent_settings(settings).model is None
    assert described(settings) == "induction"


@pytest.mark.parametrize("model", [KEY, LOCAL])
def test_a_model_goes_on_where_induction_ends(tmp_path, model):
    settings = settings_for(tmp_path, **model)
    assert sides(settings) == ("induction", "crew")
    assert described(settings) == "auto (some-model)"


@pytest.mark.parametrize(
    ("agents", "expected"), [("crew", ("crew", "crew")), ("induction", ("induction", "induction"))]
)
def test_one_side_can_be_forced(tmp_path, agents, expected):
    assert sides(settings_for(tmp_path, agents=agents, **KEY)) == expected


def test_a_server_without_keys_gets_one_that_means_nothing(tmp_path):
    model = agent_settings(settings_for(tmp_path, **LOCAL)).model
    assert (model.base_url, model.api_key) == ("http://localhost:11434/v1", "none")


def test_what_is_set_reaches_the_model(tmp_path):
    prices = {"prompt_price": 0.4, "completion_price": 1.6}
    settings = settings_for(tmp_path, **KEY, **prices, max_tokens_per_job=7, job_seconds=100, model_timeout_seconds=9)
    model = agent_settings(settings).model
    assert (model.prompt_price, model.completion_price) == (0.4, 1.6)
    assert (model.max_tokens_per_job, model.seconds_per_request) == (7, 9)
    assert model.seconds_per_job < 100  # the job ends by itself, before its deadline
    assert "hush" not in repr(model)


def test_a_crew_without_a_model_is_refused(tmp_path):
    with pytest.raises(CrewUnusable, match="set OPENAI_API_KEY"):
        check_crew(settings_for(tmp_path, agents="crew"))


def test_half_a_price_is_refused(tmp_path):
    with pytest.raises(CrewUnusable, match="COMPLETION_PRICE"):
        check_crew(settings_for(tmp_path, prompt_price=1))


def test_workers_that_wait_for_a_model_are_many_and_conversions_few(tmp_path):
    alone, crew = (settings_for(tmp_path, max_workers=None, **model) for model in ({}, KEY))
    assert workers(alone) == conversions(alone) == conversions(crew) == os.cpu_count()
    assert workers(crew) == 32
    assert workers(settings_for(tmp_path, max_workers=3, **KEY)) == 3


def test_a_server_whose_crew_is_not_installed_says_so_in_a_line(tmp_path):
    """Run a server that finds everything but CrewAI."""
    (tmp_path / "serve.py").write_text(
        "import importlib.util, sys\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *more: None if name == 'crewai' else find(name, *more)\n"
        "from server.serve import main\n"
        "main()\n"
    )
    environment = {"PATH": os.environ["PATH"], "CSV_CONVERTER_DATA_DIR": str(tmp_path / "data"), **KEY}
    started = subprocess.run(
        [sys.executable, "serve.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert started.returncode == 1
    assert started.stderr.startswith("cannot start: a language model is configured, and CrewAI is not installed")
    assert started.stderr.count("\n") == 1
    assert "hush" not in started.stderr
