"""What long examples cost the crew beside its model: the first question, a look at a script, private rows."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from agents.crew import prompts
from agents.crew.brief import make_brief
from agents.crew.inspection.inspection import inspect_script
from agents.crew.material.template import template
from agents.crew.veil.task import veil_task
from agents.csv_file import read_example
from agents.task import Task
from benchmarks.figure import Figure

ROWS = 100_000
PRIVATE_ROWS = 10_000
NAMES = ["Anna Lee", "Bert Ray", "Carla Fox", "Dieter Holm", "Emil Stone", "Frieda Bauer", "Gustav Hahn"]
SECONDS = "seconds of a processor for 10 MB of input"


def measure() -> Iterator[Figure]:
    """Prepare a job of eight columns, and look at a script for it."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "input.csv")
        task = make_task(ROWS, path)
        megabytes = path.stat().st_size / 1e7
        start = time.process_time()
        brief = make_brief(task)
        prompts.planning(brief, None)
        yield figure("first_question", (time.process_time() - start) / megabytes)
        script = template(brief, None)
        start = time.process_time()
        inspect_script(script, task)
        yield figure("inspection", (time.process_time() - start) / megabytes)
        private = make_task(PRIVATE_ROWS, path)
        megabytes = path.stat().st_size / 1e7
        start = time.process_time()
        veil_task(private, b"key", path)
        yield figure("private_rows", (time.process_time() - start) / megabytes)


def figure(name: str, seconds: float) -> Figure:
    """Return a figure."""
    return Figure(f"examples.{name}", seconds, "s", "lower", SECONDS)


def make_task(rows: int, path: Path) -> Task:
    """Write an input, and read it with what is expected of it."""
    given = ["id,name,email,joined,amount,city,code,note"]
    wanted = ["id,surname,given,joined,amount,city,code"]
    for row in range(rows):
        first, last = NAMES[row % 7].split()
        day, month, year = 1 + row % 28, 1 + row % 12, 1990 + row % 35
        city, code, cents = (
            ("Berlin", "Bremen", "Ulm")[row % 3],
            f"{row * 7919 % 10**8:08}",
            f"{row * 37 % 9999}.{row % 90 + 10}",
        )
        given.append(
            f"{row:07},{first} {last},{first}{row % 977}@example.org,{day:02}.{month:02}.{year},{cents} EUR,{city},"
            f"{code},delivered by {last} to the door of {first} in {city}"
        )
        wanted.append(
            f"{row:07},{last.upper()},{first},{year}-{month:02}-{day:02},{cents},{city.lower()},{code[:4]}-{code[4:]}"
        )
    texts = ["\n".join([*lines, ""]).encode() for lines in (given, wanted)]
    path.write_bytes(texts[0])
    return Task(*read_example(*texts), path)
