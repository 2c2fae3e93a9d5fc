"""What a job may use of the model: tokens, and time."""

import time

from agents.crew.settings import ModelSettings
from agents.planner_agent import NothingLeft
from agents.token_meter import TokenMeter
from csvconverter.v1.jobs_pb2 import TokenUsage

MOST_ANSWER_TOKENS = 16_384  # what most models may say at once
LEAST_ANSWER_TOKENS = 256  # with fewer no answer comes to its end
BYTES_PER_TOKEN = 3  # rather too few, so that estimates are rather too high
MILLION = 1_000_000


class Budget:
    """Bounds each request by what is left, and counts what it used."""

    def __init__(self, settings: ModelSettings, meter: TokenMeter) -> None:
        self.settings = settings
        self.meter = meter
        self.end = meter.begun + settings.seconds_per_job  # what induction took before counts, too

    @property
    def seconds_left(self) -> float:
        """How much longer the model may be asked; not below 0."""
        return max(0.0, self.end - time.monotonic())

    def room(self, prompt: str) -> int:
        """Return how many tokens the answer to a prompt may have.

        Raises:
            NothingLeft: the job's tokens or its time are used up.
        """
        if not self.seconds_left:
            raise NothingLeft(
                f"the {self.settings.seconds_per_job:g} s in which a job may ask the model are over: "
                "raise CSV_CONVERTER_JOB_SECONDS"
            )
        used, most = self.meter.tokens, self.settings.max_tokens_per_job
        room = most - used - estimated_tokens(prompt)
        if room < LEAST_ANSWER_TOKENS:
            raise NothingLeft(
                f"the job has used {used:,} of its {most:,} tokens, and the next question does not fit into the rest: "
                "raise CSV_CONVERTER_MAX_TOKENS_PER_JOB"
            )
        return min(room, MOST_ANSWER_TOKENS)

    def count(self, prompt_tokens: int, completion_tokens: int) -> None:
        """Count a request."""
        usage = TokenUsage(prompt_tokens=prompt_tokens, completion_tokens=completion_tokens, requests=1)
        prices = self.settings.prompt_price, self.settings.completion_price
        if prices[0] is not None and prices[1] is not None:
            usage.cost_usd = (prompt_tokens * prices[0] + completion_tokens * prices[1]) / MILLION
        self.meter.add(usage)


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a text has, where the server does not say."""
    return len(text.encode(errors="replace")) // BYTES_PER_TOKEN + 1 if text else 0
