"""A program taken from the language is found again from what it makes of a table, or one that does the same."""

import csv
import io
import random
from collections.abc import Callable

import pytest
from learning import make_task, plan_for

from agents.induction.cells.strings import Concatenate, Part, Piece, Slice
from agents.induction.cells.text import Case, Column, Constant, Replace, Trim
from agents.induction.cells.value_map import ValueMap
from agents.induction.dates.formats import DateFormat
from agents.induction.layout.melt import Melt
from agents.induction.layout.transpose import Transpose
from agents.induction.model import Chain, Expression, OutputColumn, Program, Table
from agents.induction.operators import read_program
from agents.induction.rows.steps import Deduplicate, KeepRows, Sort, SortKey

FIRST = [
    "Ada",
    "Ben",
    "Cleo",
    "Dora",
    "Emil",
    "Finn",
    "Greta",
    "Hugo",
    "Ida",
    "Jonas",
    "Karla",
    "Leo",
    "Mia",
    "Nora",
    "Olaf",
    "Pia",
]
LAST = [
    "Abel",
    "Brandt",
    "Cox",
    "Dietz",
    "Ernst",
    "Falk",
    "Gross",
    "Hahn",
    "Irving",
    "Jung",
    "Krause",
    "Lang",
    "Maurer",
    "Noll",
]
CITIES = ["Lyon", "Graz", "Porto", "New Ulm", "Gent", "Cork", "La Paz", "Basel"]
STATES = ["open", "paid", "late"]
EXAMPLE, UNSEEN = 24, 12
SEEDS = 30


def table(chance: random.Random, height: int) -> Table:
    """Return rows as everyday files have them; no two have the same number or moment."""
    numbers = chance.sample(range(10_000, 99_999), height)
    return Table(
        {
            "number": [f"{chance.choice('ABC')}-{number}" for number in numbers],
            "name": [f"{chance.choice(FIRST)} {chance.choice(LAST)}" for _ in numbers],
            "city": [chance.choice(CITIES) for _ in numbers],
            "state": [chance.choice(STATES) for _ in numbers],
            "day": [f"{2019 + n % 5}-{1 + n % 12:02}-{1 + n * 7 % 28:02}" for n in numbers],
            "amount": [f"{n % 97}.{n % 100:02}" for n in numbers],
            "mail": [f"{chance.choice(FIRST).lower()}{n}@{chance.choice(LAST).lower()}.example" for n in numbers],
        }
    )


def expressions(chance: random.Random) -> list[Expression]:
    """Return what columns can be made of; chance decides the details."""
    name, mail, number, city = Column("name"), Column("mail"), Column("number"), Column("city")
    return [
        Column(chance.choice(["number", "name", "city", "state", "day", "amount", "mail"])),
        Case(Column(chance.choice(["name", "city", "mail"])), chance.choice(["upper", "lower"])),
        Piece(name, " ", chance.choice([0, 1])),
        Piece(mail, "@", chance.choice([0, 1])),
        Part(number, "digits", 0),
        Slice(number, 0, 1),
        Replace(number, "-", chance.choice(["", "/", "."])),
        Concatenate((Piece(name, " ", 1), Constant(", "), Piece(name, " ", 0))),
        Concatenate((city, Constant(chance.choice([" (", " - "])), number)),
        Concatenate((Slice(name, 0, 1), Constant(". "), Piece(name, " ", 1))),
        Case(Concatenate((Piece(name, " ", 0), Constant("."), Piece(name, " ", 1))), "lower"),
        DateFormat(Column("day"), ("%Y-%m-%d",), chance.choice(["%d.%m.%Y", "%m/%d/%Y", "%d %b %Y", "%Y"])),
        ValueMap(Column("state"), (("open", "O"), ("paid", "P"), ("late", "L"))),
        Trim(city, inner=False),
    ]


def row_steps(chance: random.Random) -> Chain:
    """Return steps on rows, none as often as each kind."""
    return chance.choice(
        [
            (),
            (KeepRows("state", "equals", (chance.choice(STATES),)),),
            (Sort((SortKey("day"),)),),
            (Sort((SortKey("number", descending=True),)),),
            (Deduplicate(("city",)),),
        ]
    )


def program_on_cells(chance: random.Random) -> Program:
    """Return a program of a few columns, one of them a number that tells the rows apart."""
    chosen = [Column("number"), *chance.sample(expressions(chance), 3)]
    columns = tuple(OutputColumn(f"out {place}", expression) for place, expression in enumerate(chosen))
    return Program(row_steps(chance), columns)


def program_on_layout(chance: random.Random) -> Program:
    """Return a program that changes the layout."""
    kept = chance.choice([("number",), ("number", "name")])
    steps: list[Chain] = [(Melt(kept, "field", "value", chance.choice([True, False])),), (Transpose(),)]
    return Program(chance.choice(steps), (), whole=True)


@pytest.mark.parametrize("sample", [program_on_cells, program_on_layout])
@pytest.mark.parametrize("seed", range(SEEDS))
def test_program_is_found_again(seed: int, sample: Callable[[random.Random], Program]) -> None:
    chance = random.Random(seed)
    program, example, unseen = sample(chance), table(chance, EXAMPLE), table(chance, UNSEEN)
    plan = plan_for(make_task(to_csv(example), to_csv(program.run(example))))
    assert not plan.unsolved_columns
    assert to_csv(read_program(plan.program).run(unseen)) == to_csv(program.run(unseen))


def to_csv(table: Table) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(table.header)
    rows.writerows(zip(*table.columns.values(), strict=True))
    return text.getvalue()
