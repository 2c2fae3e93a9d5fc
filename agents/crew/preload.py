"""Imported by the process from which workers are forked: CrewAI takes seconds and much memory, once for all."""

from agents.crew import crew  # noqa: F401
