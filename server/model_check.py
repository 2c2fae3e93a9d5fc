"""Looks whether the crew could play: whether CrewAI can be imported, and what the model's server says."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from http.client import HTTPException
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from agents.wording import listed, shown
from executor.forkserver import environment_of_workers
from server.ailment import Ailment
from server.players import CrewUnusable, agent_settings
from server.settings import Settings

CREW = "agents.crew.crew"
OPENAI = "https://api.openai.com/v1"
IMPORT_SECONDS, ANSWER_SECONDS = 120, 10
MODELS_TOLD = 5
MOST_BYTES = 4 << 20  # of a list of models
REINSTALL = "install csv-converter-server[crew] again, in a clone with `make setup`"


class Settled(urllib.request.HTTPRedirectHandler):
    """Follows no redirection, which would take the key along to whoever the server names."""

    def redirect_request(self, *_: object) -> None:
        """Ask nobody else."""


def crew(settings: Settings) -> str:
    """Look who plays; a crew has to be importable.

    Raises:
        Ailment: it cannot play.
    """
    try:
        chosen = agent_settings(settings)
    except CrewUnusable as unusable:
        raise Ailment("the crew cannot play", str(unusable)) from None
    if not chosen.model:
        return "induction alone; set OPENAI_API_KEY or OPENAI_BASE_URL to have a language model go on where it ends"
    import_crew()
    return f"{settings.agents}, with {chosen.model.name} and CrewAI {version('crewai')}"


def import_crew() -> None:
    """Import what workers import, in a process of its own, as they do.

    Raises:
        Ailment: it cannot be imported.
    """
    command = [sys.executable, "-P", "-c", f"import {CREW}"]
    try:
        with TemporaryDirectory() as home:
            environment = environment_of_workers(Path(home))
            subprocess.run(command, env=environment, capture_output=True, text=True, timeout=IMPORT_SECONDS, check=True)
    except subprocess.CalledProcessError as failure:
        last = failure.stderr.strip().rpartition("\n")[2]
        raise Ailment(f"CrewAI cannot be imported: {last}", REINSTALL) from None
    except subprocess.TimeoutExpired:
        raise Ailment(f"CrewAI is not imported within {IMPORT_SECONDS} s", "see what keeps this machine busy") from None


def model(settings: Settings) -> str:
    """Ask the model's server for its models, which costs nothing.

    Raises:
        Ailment: it does not answer, or not as it should.
    """
    wanted = settings.openai_model_name
    names = model_names(settings)
    if names and not names & {wanted, f"{wanted}:latest"}:  # Ollama adds the tag
        there = listed(sorted(names)[:MODELS_TOLD]) + (", …" if len(names) > MODELS_TOLD else "")
        raise Ailment(
            f"{address(settings)} has no model {wanted}", f"set OPENAI_MODEL_NAME to one that it has: {there}"
        )
    return f"{wanted} at {address(settings)}"


def model_names(settings: Settings) -> set[str]:
    """Return the models that the server lists; none when it lists them in another form."""
    key = settings.openai_api_key.get_secret_value()
    request = urllib.request.Request(f"{address(settings)}/models", headers={"Authorization": f"Bearer {key}"})
    try:
        with urllib.request.build_opener(Settled).open(request, timeout=ANSWER_SECONDS) as answer:
            told: Any = json.loads(answer.read(MOST_BYTES))
    except urllib.error.HTTPError as refusal:
        refusal.close()
        raise ailment_of(refusal.code, settings) from None
    except (OSError, HTTPException, ValueError, RecursionError) as failure:
        reason = shown(str(getattr(failure, "reason", failure)))
        mend = "start the model's server, or correct OPENAI_BASE_URL, which usually ends with /v1"
        raise Ailment(f"{address(settings)} does not answer as a model's server: {reason}", mend) from None
    listed = told.get("data") if isinstance(told, dict) else None
    entries = listed if isinstance(listed, list) else []
    return {str(one["id"]) for one in entries if isinstance(one, dict) and "id" in one}


def ailment_of(status: int, settings: Settings) -> Ailment:
    """Return what an HTTP error means."""
    found = f"{address(settings)} answers with status {status}"
    if status == 401:
        return Ailment(found, "correct OPENAI_API_KEY: the server does not take it")
    if status == 404:
        return Ailment(found, "correct OPENAI_BASE_URL, which usually ends with /v1")
    if 300 <= status < 400:
        return Ailment(found, "set OPENAI_BASE_URL to where it sends on to, perhaps with https")
    return Ailment(found, "see what the model's server says of it, and try again")


def address(settings: Settings) -> str:
    """Return where the model's server is."""
    return (settings.openai_base_url or OPENAI).rstrip("/")
