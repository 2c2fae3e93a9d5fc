"""No test asks a language model that is not its own or leaves anything behind, whoever runs it."""

import os
from pathlib import Path


def pytest_configure() -> None:
    for name in [name for name in os.environ if name.startswith("OPENAI_")]:
        del os.environ[name]
    os.environ["XDG_DATA_HOME"] = str(Path(__file__).parents[1] / "build" / "data")  # where CrewAI makes folders
