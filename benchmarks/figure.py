"""What a benchmark gives: a number that says what it is and what it is compared with."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """One measured number.

    Prefer ratios of two things measured in the same run: they mean the same on every machine.
    """

    name: str
    """Where it belongs and what it is, such as `sandbox.sealed_vs_cold`."""

    value: float

    unit: str
    """Such as `ms`, `rows/s`, or `ratio`."""

    better: Literal["lower", "higher"]

    baseline: float | str
    """What the value is compared with: a number in the same unit, or a sentence that names it."""


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
