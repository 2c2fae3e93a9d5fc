"""Which model plays the agents, and how much of it a job may use; known to the server, which never imports CrewAI."""

import enum
from dataclasses import dataclass, field


class Privacy(enum.StrEnum):
    """What of the files a model is shown."""

    ROWS = "rows"  # some of the rows as they are
    SYNTHETIC = "synthetic"  # made-up rows of the same patterns


@dataclass(frozen=True)
class ModelSettings:
    """A model behind an OpenAI-compatible server."""

    name: str
    api_key: str = field(repr=False)
    base_url: str = ""  # OpenAI's own when empty
    max_tokens_per_job: int = 200_000  # sent and received together
    seconds_per_job: float = 1200.0  # from its beginning; no question is asked after
    seconds_per_request: float = 300.0  # without a word from the server
    prompt_price: float | None = None  # US dollars for a million tokens
    completion_price: float | None = None
    privacy: Privacy = Privacy.ROWS
