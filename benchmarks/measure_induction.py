"""How long the search for programs takes: for everyday pairs, and for long files beside pandas."""

import io
import statistics
from collections.abc import Iterator
from pathlib import Path

from agents.agent_factory import AgentSettings
from agents.csv_file import read_example
from agents.induction.coder import InductionCoder
from agents.induction.planner import InductionPlanner
from agents.task import Task
from benchmarks.figure import Figure, seconds

CASES = Path(__file__).parent.parent / "tests" / "golden"
ROUNDS = 5
ROWS = 100_000
CITIES = ("Lyon", "Graz", "Porto", "Bergen")


def measure() -> Iterator[Figure]:
    """Learn the golden cases in this process, then a long file in turns with pandas, which only reads and writes it."""
    times = sorted(median_seconds(task) for task in map(golden_task, sorted(CASES.glob("*/new.csv"))))
    named = f"{len(times)} everyday pairs, from the files that are read to the script"
    yield Figure("induction.pair_p50_ms", 1000 * statistics.median(times), "ms", "lower", named)
    yield Figure("induction.pair_p95_ms", 1000 * times[int(0.95 * len(times))], "ms", "lower", named)
    yield long_file()


def golden_task(new: Path) -> Task:
    """Return a task that the tests learn, too."""
    given, wanted = read_example(*((new.parent / name).read_bytes() for name in ("input.csv", "expected.csv")))
    return Task(given, wanted, new.parent / "input.csv")


def median_seconds(task: Task) -> float:
    """Return how long it takes to find a program and write its script."""
    return statistics.median(seconds(lambda: learn(task)) for _ in range(ROUNDS))


def learn(task: Task) -> str:
    """Return the script of the first plan."""
    plan = InductionPlanner(AgentSettings().induction_seconds).plan(task, None, lambda text: None)
    return InductionCoder().write(task, plan, None, lambda text: None)


def long_file() -> Figure:
    """Measure a filter, a sort and new cells that are learned from 100,000 rows."""
    import pandas as pd

    rows = [
        f"{row:06},{CITIES[row % 4]},{row * 7919 % 10**6}.50,2024-{1 + row % 12:02}-{1 + row % 28:02}"
        for row in range(ROWS)
    ]
    given = "\n".join(["id,city,amount,day", *rows]) + "\n"
    df = pd.read_csv(io.StringIO(given), dtype=str, keep_default_na=False)
    kept = df[df["city"] == "Graz"].sort_values("day", kind="stable")
    wanted = pd.DataFrame(
        {"Id": kept["id"], "City": kept["city"].str.upper(), "Amount": kept["amount"], "Day": kept["day"]}
    )
    task = Task(*read_example(given.encode(), wanted.to_csv(index=False).encode()), Path("input.csv"))

    def with_pandas() -> None:
        pd.read_csv(io.StringIO(given), dtype=str, keep_default_na=False).to_csv(io.StringIO(), index=False)

    rounds = [(seconds(lambda: learn(task)), seconds(with_pandas)) for _ in range(ROUNDS)]
    ours, theirs = (statistics.median(times) for times in zip(*rounds, strict=True))
    named = f"pandas reads and writes the {ROWS:,} rows in {theirs:.2f} s; the search takes {ours:.2f} s"
    return Figure("induction.long_vs_pandas", ours / theirs, "ratio", "lower", named)
