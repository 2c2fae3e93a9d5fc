"""Counts what a language model was asked for in one job."""

import time

from csvconverter.v1.jobs_pb2 import TokenUsage

MOST = 2**31 - 1  # that the message holds; what servers tell is not always true


class TokenMeter:
    """Adds up requests and tokens."""

    def __init__(self, spent: TokenUsage | None = None) -> None:
        """Begin with the job, and with what was asked before, which has been told."""
        self.begun = time.monotonic()
        self.total = TokenUsage()
        self.total.MergeFrom(spent or TokenUsage())
        self.untold = TokenUsage()

    @property
    def tokens(self) -> int:
        """All tokens, sent and received."""
        return self.total.prompt_tokens + self.total.completion_tokens

    def add(self, usage: TokenUsage) -> None:
        """Count a request."""
        for sum_ in (self.total, self.untold):
            sum_.prompt_tokens = min(MOST, sum_.prompt_tokens + usage.prompt_tokens)
            sum_.completion_tokens = min(MOST, sum_.completion_tokens + usage.completion_tokens)
            sum_.requests += usage.requests
            if usage.HasField("cost_usd"):
                sum_.cost_usd += usage.cost_usd

    def take(self) -> TokenUsage | None:
        """Return what was counted since this was last called; None when the model was not asked."""
        taken, self.untold = self.untold, TokenUsage()
        return taken if taken.requests else None
