"""No test asks a language model that is not its own, whatever the environment of whoever runs it has."""

import os


def pytest_configure() -> None:
    for name in [name for name in os.environ if name.startswith("OPENAI_")]:
        del os.environ[name]
