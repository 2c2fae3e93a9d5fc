"""Imports CrewAI without its noise: no telemetry, no look for newer versions, no `.env`, no locks in Redis.

It takes seconds and a quarter of a gigabyte, so the process from which workers are forked imports this once for all.
"""

import gc
import os

os.environ |= {
    "CREWAI_DISABLE_TELEMETRY": "true",
    "CREWAI_DISABLE_VERSION_CHECK": "true",
    "CREWAI_TRACING_ENABLED": "false",
    "OTEL_SDK_DISABLED": "true",
    "PYTHON_DOTENV_DISABLED": "1",
}
os.environ.pop("REDIS_URL", None)

import crewai  # noqa: F401

gc.collect()
gc.freeze()
