"""Scripts that convert are not refused, however few rows the example has."""

from pathlib import Path

import pytest
from honest_scripts import FRAME, HONEST

from agents.crew.inspection.inspection import inspect_script
from agents.csv_file import read_csv
from agents.induction.coder import InductionCoder
from agents.induction.planner import InductionPlanner
from agents.task import Task

GOLDEN = Path(__file__).parents[3] / "golden"
FIRST = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Radia"]
LAST = ["Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth", "Perlman", "Lamport", "Hoare"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
STATES = {"A": "active", "I": "inactive", "P": "pending"}
COUNTRIES = {"DE": "Germany", "FR": "France", "IT": "Italy", "ES": "Spain"}


HEADERS = "id,name,email,joined,status,country,amount,notes", "member,full_name,since,state,place,sum,month,size"


def members(rows: int) -> Task:
    files = zip(HEADERS, *map(member, range(rows)), strict=True)
    return Task(*(read_csv("\n".join(lines).encode()) for lines in files), Path("input.csv"))


def member(row: int) -> tuple[str, str]:
    """Return a row of the input and its row of the output."""
    first, last, month, day = FIRST[row % 7], LAST[row % 9], row * 5 % 12 + 1, f"{row % 27 + 1:02}"
    status, country, amount = "AIP"[row * 3 // 2 % 3], list(COUNTRIES)[row // 2 % 4], f"{row * 97.5:.2f}"
    note = ["", "n/a", "unknown", "kg", "+49 30 1234", "yes"][row % 6]
    size = "small" if row < 2 else "medium" if row < 6 else "large"
    given = f"{row + 1},{first} {last},{last.lower()}@example.org,{day}/{month:02}/2024"
    wanted = f'{row + 1:06},"{last.upper()}, {first}",2024-{month:02}-{day},{STATES[status]},{COUNTRIES[country]}'
    return f"{given},{status},{country},{amount},{note}", f"{wanted},{amount},{MONTHS[month - 1]},{size}"


@pytest.mark.parametrize("rows", [4, 12, 40])
@pytest.mark.parametrize(("top", "body"), HONEST.values(), ids=HONEST)
def test_honest_script_is_let_run(top: str, body: str, rows: int) -> None:
    script = FRAME.format(top=top, body="\n".join(f"    {line}" for line in body.splitlines()))
    compile(script, "script.py", "exec")
    assert inspect_script(script, members(rows)) is None


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in GOLDEN.glob("*/input.csv")))
def test_induced_script_is_let_run(folder: str) -> None:
    files = (read_csv((GOLDEN / folder / name).read_bytes()) for name in ("input.csv", "expected.csv"))
    task = Task(*files, Path("input.csv"))
    plan = InductionPlanner(10).plan(task, None, print)
    assert inspect_script(InductionCoder().write(task, plan, None, print), task) is None
