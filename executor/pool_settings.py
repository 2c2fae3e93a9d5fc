"""How jobs are run."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from agents.agent_factory import AgentSettings
from executor.sandbox.limits import MEBIBYTE, Limits


@dataclass(frozen=True)
class PoolSettings:
    """Where, under which name, how many and how long."""

    folder: Path  # for the running jobs' files; one pool at a time works in it
    owner: str  # the name under which jobs are held, the same after a restart and no other pool's
    max_workers: int = min(32, os.cpu_count() or 1)
    lease_seconds: float = 15.0  # how long a job waits when its supervisor is gone without a word
    job_seconds: float = 1800.0  # every job's deadline; storing what it brought may take as long again
    fetch_seconds: float = 60.0  # for which a job waits for a store of its files that is away; then others go first
    agents: AgentSettings = field(default_factory=AgentSettings)
    limits: Limits = field(default_factory=Limits)
    worker_memory_bytes: int = 2048 * MEBIBYTE  # of one child, which reads the examples and searches
