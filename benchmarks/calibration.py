"""Compare how sure plans were of their columns with how often these were right on what was not seen.

python -m benchmarks.calibration CASES OUT

CASES and OUT are those of `benchmarks.induction`, which was run before; here test_expected.csv is opened. Columns are
compared by place and row by row: texts without outer blanks, numbers by value.
"""

import csv
import itertools
import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

LIMITS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.01)

Judged = tuple[float, bool]
"""How sure a plan was of a column, and whether the column was right."""


def main() -> None:
    """Print the table."""
    parser = ArgumentParser(prog="python -m benchmarks.calibration")
    parser.add_argument("cases", type=Path, help="holds <source>/<case>/test_expected.csv")
    parser.add_argument("out", type=Path, help="what benchmarks.induction wrote")
    arguments = parser.parse_args()
    for line in table(list(judged(arguments.cases, arguments.out))):
        print(line)


def judged(cases: Path, out: Path) -> Iterator[Judged]:
    """Yield every column that a plan explained where there is an output to compare."""
    for file in sorted(out.glob("*/*/result.json")):
        name = file.parent.relative_to(out)
        wanted, made = cases / name / "test_expected.csv", file.with_name("test_output.csv")
        sure = json.loads(file.read_text(encoding="utf-8")).get("confidence", {})
        if sure and wanted.exists() and made.exists():
            expected, actual = columns(wanted), columns(made)
            names = header(file.with_name("fit_output.csv"))
            for place, column in enumerate(names):
                if column in sure:
                    yield sure[column], expected[place : place + 1] == actual[place : place + 1]


def table(found: list[Judged]) -> Iterator[str]:
    """Yield a line for each range of confidence."""
    yield "confidence  columns  mean  right"
    for low, high in itertools.pairwise(LIMITS):
        own = [(sure, right) for sure, right in found if low <= sure < high]
        if own:
            mean, right = (sum(values) / len(own) for values in zip(*own, strict=True))
            yield f"{low:.2f}-{min(high, 1):.2f}  {len(own):7}  {mean:.2f}  {right:5.2f}"


def header(file: Path) -> list[str]:
    """Return the names of a file's columns."""
    with file.open(encoding="utf-8", newline="") as lines:
        return next(csv.reader(lines), [])


def columns(file: Path) -> list[list[str]]:
    """Return a file's cells by column, as they are compared, without the header."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    return [[same_form(row[place]) if place < len(row) else "" for row in rows[1:]] for place in range(len(rows[0]))]


def same_form(cell: str) -> str:
    """Return what cells that count as equal share."""
    try:
        return repr(float(cell) + 0.0)
    except ValueError:
        return cell.strip()


if __name__ == "__main__":
    main()
