"""Measure, print a table, write results.json.

python -m benchmarks.run           every measure_*.py in this folder
python -m benchmarks.run sandbox   measure_sandbox.py alone; the other figures stay as they were

Each measure_*.py has a function `measure()` that yields figures.
"""

import importlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figure import Figure

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results.json"


def main() -> None:
    """Measure what the command line names, or everything."""
    known = {path.stem.removeprefix("measure_") for path in FOLDER.glob("measure_*.py")}
    if unknown := set(sys.argv[1:]) - known:
        sys.exit(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
    chosen = sorted(sys.argv[1:] or known)
    earlier = json.loads(RESULTS.read_text()) if sys.argv[1:] and RESULTS.exists() else {}
    figures = list(measure(chosen))
    Console().print(table(figures))
    results = earlier | {figure.name: as_result(figure) for figure in figures}
    RESULTS.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n")


def measure(names: list[str]) -> Iterator[Figure]:
    """Yield the figures of each benchmark, saying which one is at work."""
    for name in names:
        print(f"measuring {name}", file=sys.stderr)
        yield from importlib.import_module(f"benchmarks.measure_{name}").measure()


def as_result(figure: Figure) -> dict[str, float | str]:
    """Return what results.json says under the figure's name."""
    return {key: value for key, value in asdict(figure).items() if key != "name"}


def table(figures: list[Figure]) -> Table:
    """Lay the figures out for a terminal."""
    grid = Table("figure", "value", "unit", "better", "baseline")
    grid.columns[1].justify = "right"
    for figure in figures:
        grid.add_row(figure.name, f"{figure.value:,.4g}", figure.unit, figure.better, str(figure.baseline))
    return grid


if __name__ == "__main__":
    main()
