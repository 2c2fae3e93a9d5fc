"""Keeps CrewAI quiet: no telemetry, no look for newer versions, no `.env`, no locks in Redis. Imported before it is."""

import os

os.environ |= {
    "CREWAI_DISABLE_TELEMETRY": "true",
    "CREWAI_DISABLE_VERSION_CHECK": "true",
    "CREWAI_TRACING_ENABLED": "false",
    "OPENBLAS_NUM_THREADS": "1",  # which otherwise starts a thread in the process that forks
    "OTEL_SDK_DISABLED": "true",
    "PYTHON_DOTENV_DISABLED": "1",
}
os.environ.pop("REDIS_URL", None)
